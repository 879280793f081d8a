package image

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// explain turns a failure of the registry or the network into a sentence. Errors
// that may pass come back as they are, for whoever repeats.
func (r *repository) explain(err error, what string) error {
	var known *Error
	var status *transport.Error
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // its text has the whole URL, signatures and all
	}
	if errors.As(err, &known) {
		return known
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded) && !isTimeout(err):
		return err
	case errors.As(err, &status):
		return r.status(status, what)
	}
	return r.network(err, what)
}

// status says what an HTTP status means here.
func (r *repository) status(e *transport.Error, what string) error {
	said := ""
	for _, d := range e.Errors {
		said = fmt.Sprintf(" (it says %s: %s)", plain(string(d.Code)), plain(d.Message))
		break
	}
	switch e.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return refuse(e, "check the name; if it is private: docker login "+r.host, "%s: it refused with %d%s; the image may be private, or not exist", what, e.StatusCode, said)
	case http.StatusNotFound:
		for _, d := range e.Errors {
			if d.Code == transport.NameUnknownErrorCode {
				return refuse(e, "check the spelling", "%s: it has no repository %s", what, r.ref.Context().RepositoryStr())
			}
		}
		return refuse(e, "check the spelling of the name and of the tag", "%s: it is not there%s", what, said)
	case http.StatusTooManyRequests:
		return refuse(e, "wait, or log in for a higher limit: docker login "+r.host, "%s: it refused for too many requests%s", what, said)
	}
	if e.StatusCode >= http.StatusInternalServerError {
		return refuse(e, "the fault is the registry's: try again later", "%s: it failed with %d %s%s", what, e.StatusCode, http.StatusText(e.StatusCode), said)
	}
	return refuse(e, "is it a registry?", "%s: it answered with %d %s%s", what, e.StatusCode, http.StatusText(e.StatusCode), said)
}

// network says what an error below HTTP means.
func (r *repository) network(err error, what string) error {
	var unknown x509.UnknownAuthorityError
	var wrong x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verify *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	var dns *net.DNSError
	trust := "add its authority to this machine's, or, if you trust the network between, --insecure-registry " + r.host
	switch {
	case errors.As(err, &unknown), errors.As(err, &wrong), errors.As(err, &invalid), errors.As(err, &verify):
		return refuse(err, trust, "%s: its certificate can't be trusted (%s)", what, plain(err.Error()))
	case errors.As(err, &header), errors.Is(err, http.ErrSchemeMismatch):
		return refuse(err, "if it speaks plain HTTP and you trust the network between, add --insecure-registry "+r.host, "%s: it does not speak TLS", what)
	case errors.Is(err, syscall.ECONNREFUSED):
		return refuse(err, "is the registry running, and is its port right?", "%s: the connection was refused", what)
	case errors.As(err, &dns):
		return refuse(err, "check the name of the registry, and this machine's DNS", "%s: the host %s can't be found", what, plain(dns.Name))
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return refuse(err, "check this machine's network; the built-in demo image needs none", "%s: there is no way to it", what)
	case isTimeout(err):
		return refuse(err, "check the network, and the proxies in HTTPS_PROXY and NO_PROXY", "%s: it did not answer in time", what)
	case passing(err):
		return refuse(err, "pull again: it goes on where it ended", "%s: the connection was cut, time after time", what)
	}
	return refuse(err, "", "%s: %s", what, plain(err.Error()))
}

func isTimeout(err error) bool {
	var slow net.Error
	return errors.As(err, &slow) && slow.Timeout()
}
