package stages

// PortsDropped says that -p has no effect where there is no bridge, as docker says it.
const PortsDropped = "Published ports (-p) are dropped: only --network bridge has an address of its own to lead them to."

// ParsePort reads docker's -p: [IP:][HOST]:CONTAINER[/udp], and ranges.
func ParsePort(s string) ([]Port, error) { return parsePort(s) }
