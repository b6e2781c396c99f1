package corshttp

import (
	"io"
	"net/http"
)

// ReadFrom lets net/http send files without copying them.
func (rec *recording) ReadFrom(r io.Reader) (int64, error) {
	if rec.status == 0 {
		rec.status, rec.begun = http.StatusOK, rec.recorder.now()
	}
	n, err := io.Copy(rec.ResponseWriter, r)
	rec.written += n
	return n, err
}
