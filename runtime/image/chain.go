package image

import (
	"crypto/sha256"
	"encoding/hex"
)

// ChainIDs returns what identifies each layer together with all those below it,
// given the diffIDs of an image, base first. See the OCI image specification,
// config.md, "Layer ChainID".
func ChainIDs(diffIDs []string) []string {
	ids := make([]string, len(diffIDs))
	for i, d := range diffIDs {
		if i == 0 {
			ids[i] = d
			continue
		}
		sum := sha256.Sum256([]byte(ids[i-1] + " " + d))
		ids[i] = "sha256:" + hex.EncodeToString(sum[:])
	}
	return ids
}

// ChainIDs returns the chain IDs of the image's layers, base first: what
// RemoveLayers takes to keep them.
func (img *Image) ChainIDs() []string {
	diffs := make([]string, len(img.Layers))
	for i, l := range img.Layers {
		diffs[i] = l.DiffID
	}
	return ChainIDs(diffs)
}
