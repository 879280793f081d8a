package stages

// initPath is where --init puts the reaper that is PID 1 then, as docker puts
// docker-init there.
const initPath = "/sbin/docker-init"
