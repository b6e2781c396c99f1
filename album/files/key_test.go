package files

import (
	"path/filepath"
	"strings"
	"testing"
)

// Whatever is taken for a key leads to a file two levels below the folder, whose
// name is the key, and nothing that is an ID is refused.
func FuzzPath(f *testing.F) {
	const id = "01kjp3r9zv8t5m2c7w4xq0a1b2"
	for _, key := range []string{
		id, id + ".320", id + "..", id + "./x", id[:25], id + "0", "../" + id[3:], id[:10] + "../../../../../x",
		strings.ToUpper(id), id + ".\x00", id[:10] + "/" + id[11:], "8" + id[1:], id + "." + strings.Repeat("a", 33), "",
	} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		name, err := path("dir", key)
		if err != nil {
			if key == id || key == id+".320" {
				t.Errorf("%q is refused: %v", key, err)
			}
			return
		}
		parts := strings.Split(filepath.ToSlash(name), "/")
		if len(parts) != 3 || parts[0] != "dir" || len(parts[1]) != fanDigits || parts[2] != key {
			t.Errorf("%q leads to %q", key, name)
		}
		for _, part := range parts[1:] {
			if strings.Trim(part, "0123456789abcdefghijklmnopqrstuvwxyz-.") != "" || strings.HasPrefix(part, ".") {
				t.Errorf("%q leads to %q, which has strange characters", key, name)
			}
		}
	})
}
