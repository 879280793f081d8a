package stages

// ParsePort reads docker's -p: [IP:][HOST]:CONTAINER[/udp], and ranges.
func ParsePort(s string) ([]Port, error) { return parsePort(s) }
