package wire

import (
	"bytes"
	"io"
	"math"
)

// maxChunkLine bounds a chunk's size with its extensions, and a line of the
// trailer. As Chromium.
const maxChunkLine = 16 << 10

// chunks decodes a body in the chunked coding.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding
type chunks struct {
	in      *input
	state   chunkState
	left    int64 // of the chunk's data
	trailer int   // how many more bytes the trailer may have
}

type chunkState uint8

const (
	atSize chunkState = iota
	inData
	afterData
	inTrailer
	atEnd
)

// read returns data of one chunk or of several. The end comes as io.EOF together
// with the last data if it has arrived by then.
func (c *chunks) read(p []byte) (n int, err error) {
	for {
		switch c.state {
		case inData:
			if n == len(p) {
				return n, nil
			}
			got, err := c.data(p[n:])
			if n += got; err != nil {
				return n, err
			}
		case atEnd:
			return n, io.EOF
		default:
			if n > 0 && !c.hasLine() {
				return n, nil // it may be long before the line comes
			}
			if err := c.line(); err != nil {
				return n, cutChunks(err)
			}
		}
		if n > 0 && c.state == inData && c.in.buffered() == 0 {
			return n, nil
		}
	}
}

// data reads from the current chunk.
func (c *chunks) data(p []byte) (int, error) {
	n, err := c.in.read(p[:min(int64(len(p)), c.left)])
	if c.left -= int64(n); c.left == 0 {
		c.state = afterData
	}
	return n, cutChunks(err)
}

// cutChunks names the end of the connection for what it is here.
func cutChunks(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return problem(IncompleteChunks, "")
	}
	return err
}

// hasLine reports whether the next line can be read without waiting.
func (c *chunks) hasLine() bool { return bytes.IndexByte(c.in.bytes(), '\n') >= 0 }

// line reads a line that is not data, and finds out what comes next.
func (c *chunks) line() error {
	line, ok, err := c.in.line(maxChunkLine)
	switch {
	case err != nil:
		return err
	case !ok:
		return problem(BadChunk, "a line is too long")
	}
	switch c.state {
	case afterData:
		if len(line) > 0 {
			return problem(BadChunk, "a chunk has more data than its size says")
		}
		c.state = atSize
	case inTrailer:
		return c.trailerLine(line)
	default:
		return c.size(line)
	}
	return nil
}

// trailerLine drops a field of the trailer: browsers show them to nobody.
func (c *chunks) trailerLine(line []byte) error {
	if len(line) == 0 {
		c.state = atEnd
		return nil
	}
	if c.trailer -= len(line); c.trailer < 0 {
		return problem(HeadTooLarge, "its trailer is too long")
	}
	return nil
}

// size reads the line before a chunk's data: hexadecimal digits, perhaps spaces
// after them, perhaps extensions, which mean nothing here.
func (c *chunks) size(line []byte) error {
	digits, _, _ := bytes.Cut(line, []byte(";"))
	size, ok := parseHex(bytes.TrimRight(digits, " "))
	if !ok {
		return problem(BadChunk, "a chunk's size is not a hexadecimal number")
	}
	if c.left, c.state = size, inData; size == 0 {
		c.state = inTrailer
	}
	return nil
}

// parseHex reads digits, of which there must be at least one, and which may not
// be more than an int64 holds.
func parseHex(digits []byte) (int64, bool) {
	var n int64
	for _, d := range digits {
		v, ok := hexDigit(d)
		if !ok || n > math.MaxInt64>>4 {
			return 0, false
		}
		n = n<<4 | v
	}
	return n, len(digits) > 0
}

func hexDigit(c byte) (int64, bool) {
	switch {
	case isDigit(c):
		return int64(c - '0'), true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int64(c|0x20-'a') + 10, true
	default:
		return 0, false
	}
}
