// Package image gets images: it understands references, speaks with registries,
// keeps what it fetched in a content store on disk, and unpacks layers.
//
// The store is an OCI image layout, so that other tools can read it:
//
//	ROOT/content/oci-layout      says that it is one
//	ROOT/content/index.json      one descriptor for each name and platform
//	ROOT/content/blobs/ALG/HEX   manifests, configs, layers, named by their digest
//	ROOT/ingest/                 what is half fetched; a later pull goes on from there
//	ROOT/layers/                 unpacked layers
//
// Several processes share it. A blob appears under its name only when it is whole
// and its digest was verified, by rename(2); index.json is replaced the same way,
// under a lock. So a kill at any moment leaves a valid store.
//
// Whatever comes from a registry, an archive or a directory is hostile until its
// digest was compared, and stays untrusted text after that.
//
// Of ours, this package imports journal alone. Begin reading in pull.go: a
// source (registry.go, layout.go, archive.go) says what a reference names, and
// ingest.go brings each blob into the store.
package image
