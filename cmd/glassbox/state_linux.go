package main

import "glassbox/stages"

// stateRoot is where runs and talks have their sockets.
func stateRoot() string { return stages.Default().State }
