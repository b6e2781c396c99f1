package xhr

import (
	"crypto/rand"
	"io"
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
)

// FormData is the entries of a form, sent as multipart/form-data. Its zero value
// is empty.
//
// Standard: https://xhr.spec.whatwg.org/#interface-formdata
type FormData struct {
	entries []entry
}

// entry is a name with a text or a file.
type entry struct {
	name, value string
	file        *File // nil for a text
}

// Append adds a text.
func (f *FormData) Append(name, value string) {
	f.entries = append(f.entries, entry{name: name, value: value})
}

// AppendFile adds a file.
func (f *FormData) AppendFile(name string, file *File) {
	f.entries = append(f.entries, entry{name: name, file: file})
}

// AppendBlob adds a Blob as a file of that name; "" stands for "blob", which is
// how browsers call it.
func (f *FormData) AppendBlob(name string, b *Blob, filename string) {
	if filename == "" {
		filename = "blob"
	}
	f.AppendFile(name, &File{Blob: b, Name: filename})
}

func (f *FormData) extract() extracted {
	boundary := newBoundary()
	body := newBlob(f.encode(boundary), "")
	return extracted{
		body:        &fetch.Body{Length: body.size, Open: body.Open},
		contentType: "multipart/form-data; boundary=" + boundary,
	}
}

// newBoundary makes a line that no part has, as browsers do: by chance. It is as
// long as theirs, since progress events tell the length of the body.
func newBoundary() string { return "----FormBoundary" + rand.Text()[:22] }

// encode makes the pieces of the body: text between files.
//
// Standard: https://html.spec.whatwg.org/#multipart-form-data
func (f *FormData) encode(boundary string) []piece {
	var (
		pieces []piece
		text   strings.Builder
	)
	for _, e := range f.entries {
		text.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + escapeName(crlf(scalar(e.name))) + `"`)
		if e.file == nil {
			text.WriteString("\r\n\r\n" + crlf(scalar(e.value)) + "\r\n")
			continue
		}
		text.WriteString(`; filename="` + escapeName(scalar(e.file.Name)) + "\"\r\nContent-Type: " + fileType(e.file) + "\r\n\r\n")
		pieces = append(append(pieces, textPiece(&text)), e.file.pieces...)
		text.WriteString("\r\n")
	}
	text.WriteString("--" + boundary + "--\r\n")
	return append(pieces, textPiece(&text))
}

// textPiece takes what was written so far.
func textPiece(b *strings.Builder) piece {
	s := b.String()
	b.Reset()
	return piece{data: []byte(s), length: int64(len(s))}
}

func fileType(f *File) string {
	if f.Type() == "" {
		return "application/octet-stream"
	}
	return f.Type()
}

// crlf makes every line end one of CR and LF.
var crlf = strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n").Replace

// escapeName keeps a name within its quotes and its line.
var escapeName = strings.NewReplacer("\n", "%0A", "\r", "%0D", `"`, "%22").Replace

// sequence reads pieces one after the other, each opened when its turn comes.
type sequence struct {
	pieces  []piece
	current io.ReadCloser // nil between two
}

func (s *sequence) Read(p []byte) (int, error) {
	for {
		if s.current == nil {
			if len(s.pieces) == 0 {
				return 0, io.EOF
			}
			r, err := s.pieces[0].reader()
			if err != nil {
				return 0, err
			}
			s.current, s.pieces = r, s.pieces[1:]
		}
		n, err := s.current.Read(p)
		if err == io.EOF {
			err = s.Close()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Close closes the piece that is being read.
func (s *sequence) Close() error {
	if s.current == nil {
		return nil
	}
	r := s.current
	s.current = nil
	return r.Close()
}
