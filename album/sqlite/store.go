package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/corsage-go/corsage/album"
)

// Store is an album.Store in a SQLite file. Open makes one.
type Store struct {
	path    string
	writer  *writer
	readers chan *conn // those that are free
	all     []*conn    // all readers
	closing chan struct{}
	once    sync.Once
}

var _ album.Store = (*Store)(nil)

// leastReaders is how many reads can be under way at a time even on a small
// machine: one waits for the disk now and then.
const leastReaders = 4

// Open opens the database at path, creates it if there is none, and brings its
// tables up to date. The folder has to exist. Close it after use.
//
// Open fails, with an error that names the file and the cure, if the file cannot
// be created or written, if it is no database or another program's, and if a
// newer version of this program has changed its tables.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := create(path); err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	w, err := connectWriter(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, plain(err))
	}
	s := &Store{path: path, writer: newWriter(w), closing: make(chan struct{})}
	if err := s.openReaders(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", path, plain(err)), s.Close())
	}
	return s, nil
}

func (s *Store) openReaders(ctx context.Context) error {
	n := max(leastReaders, runtime.GOMAXPROCS(0))
	s.readers = make(chan *conn, n)
	for range n {
		c, err := connectReader(ctx, s.path)
		if err != nil {
			return err
		}
		s.all = append(s.all, c)
		s.readers <- c
	}
	return nil
}

// Close waits for what is under way and closes the database. Methods called
// later fail. Closing again does nothing.
func (s *Store) Close() (err error) {
	s.once.Do(func() {
		close(s.closing)
		for range s.all {
			err = errors.Join(err, (<-s.readers).close())
		}
		// The last connection to be closed empties the log into the database.
		err = errors.Join(err, s.writer.close())
	})
	if err != nil {
		return fmt.Errorf("close the database %s: %w", s.path, err)
	}
	return nil
}

var errClosed = errors.New("the database has been closed")

// read runs do with a connection for reading. Each statement of do sees the
// database as it is at one moment; two statements may see two moments.
func read[T any](ctx context.Context, s *Store, do func(*conn) (T, error)) (v T, err error) {
	if err := ctx.Err(); err != nil {
		return v, err
	}
	select {
	case <-s.closing:
		return v, errClosed
	default:
	}
	select {
	case c := <-s.readers:
		defer func() { s.readers <- c }()
		return do(c)
	case <-ctx.Done():
		return v, ctx.Err()
	case <-s.closing:
		return v, errClosed
	}
}

// write runs do in a transaction, and returns when what it did is durable.
func (s *Store) write(ctx context.Context, do func(*conn) error) error {
	return s.writer.write(ctx, do)
}
