package lessons

// tags are the curriculum's tags. Those of CKA are bullets of curriculum v1.35 that
// a lesson can honestly serve; what belongs to the neighbouring exams says so.
var tags = []string{
	"cka:extension-interfaces",    // understand extension interfaces (CNI, CSI, CRI)
	"cka:prepare-infrastructure",  // prepare underlying infrastructure for installing a Kubernetes cluster
	"cka:pod-connectivity",        // understand connectivity between Pods
	"cka:pod-admission",           // configure Pod admission and scheduling (limits …)
	"cka:troubleshoot-nodes",      // troubleshoot clusters and nodes
	"cka:cluster-components",      // troubleshoot cluster components
	"cka:resource-usage",          // monitor cluster and application resource usage
	"cka:output-streams",          // manage and evaluate container output streams
	"cka:kubeadm",                 // in part: the cgroup driver
	"cka:configmaps-secrets",      // in part: as mounts
	"cka:self-healing",            // in part: the primitives of robust, self-healing deployments
	"cka:volume-types",            // in part
	"cka:troubleshoot-networking", // in part: services and networking
	"ckad:security-context", "ckad:resource-limits", "ckad:images", "ckad:probes", "ckad:volumes",
	"cks:capabilities", "cks:seccomp", "cks:user-namespaces", "cks:runtime-sandboxes", "cks:image-supply-chain",
}
