package tui

import (
	"testing"

	"glassbox/runtime/journal"
)

// BenchmarkPicture: each picture is to take less than 0.2 ms at 100x30.
func BenchmarkPicture(b *testing.B) {
	th := NewTheme("dark", false)
	for _, stage := range journal.Stages() {
		s := stateAt(b, stage)
		for _, lang := range Langs() {
			b.Run(stage+"/"+string(lang), func(b *testing.B) {
				for b.Loop() {
					Picture(stage, s, 100, 30, th, lang)
				}
			})
		}
	}
}

// BenchmarkPictureOfAFlood: facts of 1 MB, whatever they say, may not slow a frame down.
func BenchmarkPictureOfAFlood(b *testing.B) {
	th := NewTheme("dark", false)
	for _, stage := range journal.Stages() {
		s := stateAt(b, stage)
		poison(s, hostile[7])
		b.Run(stage, func(b *testing.B) {
			for b.Loop() {
				Picture(stage, s, 100, 30, th, EN)
			}
		})
	}
}
