//go:build !linux

package main

// dispatch does nothing: containers are Linux.
func dispatch() {}
