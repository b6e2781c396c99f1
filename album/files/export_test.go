package files

import "github.com/corsage-go/corsage/album"

// CloseFile takes away the file of a draft, so that the next write fails.
func CloseFile(d album.Draft) { _ = d.(*draft).file.Close() }
