package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/album"
)

// desk is a store whose writer waits in the middle of a transaction until the
// test lets it go on, so that what comes meanwhile shares the transaction.
type desk struct {
	*testing.T
	*Store
	gate chan struct{}
}

// atDesk runs a test with a store whose writer is held up.
func atDesk(t *testing.T, test func(d *desk)) {
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(t.Context(), filepath.Join(t.TempDir(), "corsage.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		test(&desk{t, s, make(chan struct{})})
	})
}

// hold makes the writer wait in a write that ends with err.
func (d *desk) hold(err error) chan error {
	return d.later(func() error {
		return d.write(d.Context(), func(*conn) error {
			<-d.gate
			return err
		})
	})
}

// later begins something, which is waiting for the writer when later returns.
func (d *desk) later(do func() error) chan error {
	result := make(chan error, 1)
	go func() { result <- do() }()
	synctest.Wait()
	return result
}

// add begins to add a person of a name.
func (d *desk) add(name string) chan error { return d.addWith(d.Context(), name) }

func (d *desk) addWith(ctx context.Context, name string) chan error {
	p := album.Person{ID: album.ID("id of " + name), Name: name, Created: time.Now()}
	return d.later(func() error { return d.CreatePerson(ctx, p) })
}

// names lists who is in the store.
func (d *desk) names() string {
	people, err := d.People(context.WithoutCancel(d.Context()))
	if err != nil {
		d.Error(err)
	}
	var names []string
	for _, p := range people {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}

func (d *desk) wantNames(want string) {
	d.Helper()
	if got := d.names(); got != want {
		d.Errorf("there are %q, want %q", got, want)
	}
}

// A write that fails undoes nothing of its neighbours in the same transaction.
func TestNeighboursOfFailure(t *testing.T) {
	atDesk(t, func(d *desk) {
		refusal := errors.New("not today")
		held, ada, again, bob := d.hold(refusal), d.add("Ada"), d.add("Ada"), d.add("Bob")
		close(d.gate)
		if err := <-held; err != refusal {
			d.Errorf("the failed write gave %v", err)
		}
		if err := errors.Join(<-ada, <-bob); err != nil {
			d.Errorf("its neighbours gave %v", err)
		}
		if err := <-again; album.KindOf(err) != album.Conflict {
			d.Errorf("the second Ada gave %v, want a conflict", err)
		}
		d.wantNames("Ada Bob")
	})
}

// Nobody is answered before the transaction is durable, and readers see none of
// it until then.
func TestAnsweredAfterCommit(t *testing.T) {
	atDesk(t, func(d *desk) {
		held, ada := d.hold(nil), d.add("Ada")
		bob := d.later(func() error {
			return d.write(d.Context(), func(c *conn) error {
				<-d.gate // the second time: Ada is in, and the transaction still open
				return nil
			})
		})
		d.gate <- struct{}{}
		synctest.Wait()
		select {
		case err := <-ada:
			d.Errorf("answered %v before the commit", err)
		default:
		}
		d.wantNames("")
		close(d.gate)
		if err := errors.Join(<-held, <-ada, <-bob); err != nil {
			d.Error(err)
		}
		d.wantNames("Ada")
	})
}

var (
	deferChecks = &query{does: "defer checks", sql: `PRAGMA defer_foreign_keys = ON`}
	strayAlbum  = &query{does: "add an album of nobody", sql: `
		INSERT INTO albums (id, owner, name, created, updated, version, sharing, sharing_version)
		VALUES ('a', 'nobody', '', 0, 0, 0, '{}', 0)`}
)

// A commit that fails fails for all: those who had done well, and those whose
// failure was about what is now undone. The next transaction is not affected.
func TestCommitFails(t *testing.T) {
	atDesk(t, func(d *desk) {
		held, ada, again := d.hold(nil), d.add("Ada"), d.add("Ada")
		stray := d.later(func() error {
			return d.write(d.Context(), func(c *conn) error {
				return errors.Join(c.exec(deferChecks), c.exec(strayAlbum)) // found out by the commit
			})
		})
		close(d.gate)
		for _, result := range []chan error{held, ada, again, stray} {
			if err := <-result; err == nil || album.KindOf(err) != album.Internal || !strings.Contains(err.Error(), "make a write durable") {
				d.Errorf("got %v, want that it could not be made durable", err)
			}
		}
		d.wantNames("")
		if err := <-d.add("Bob"); err != nil {
			d.Errorf("the next write failed: %v", err)
		}
		d.wantNames("Bob")
	})
}

// After some errors SQLite takes back the whole transaction by itself; then
// nobody is told that a write was done.
func TestTransactionLost(t *testing.T) {
	atDesk(t, func(d *desk) {
		held, ada := d.hold(nil), d.add("Ada")
		lost := d.later(func() error {
			return d.write(d.Context(), func(c *conn) error {
				return errors.Join(errors.New("the disk is on fire"), c.exec(rollback))
			})
		})
		close(d.gate)
		for _, result := range []chan error{held, ada, lost} {
			if err := <-result; err == nil || !strings.Contains(err.Error(), "the disk is on fire") {
				d.Errorf("got %v, want the reason why the transaction was lost", err)
			}
		}
		d.wantNames("")
		if err := <-d.add("Bob"); err != nil {
			d.Errorf("the next write failed: %v", err)
		}
	})
}

// When the disk is full, those who are told that their write was done find it,
// and the others do not.
func TestDiskFull(t *testing.T) {
	atDesk(t, func(d *desk) {
		long := strings.Repeat("x", 3000)
		results := map[string]chan error{"held": d.later(func() error {
			return d.write(d.Context(), func(c *conn) error {
				<-d.gate
				return c.exec(&query{sql: "PRAGMA max_page_count = 60"})
			})
		})}
		for n := range 60 {
			name := fmt.Sprint(n, long)
			results[name] = d.add(name)
		}
		close(d.gate)
		failed := 0
		for name, result := range results {
			err := <-result
			_, missing := d.PersonByName(d.Context(), name)
			if name != "held" && (err == nil) != (missing == nil) {
				d.Errorf("writing gave %v, but reading %v", err, missing)
			}
			if err != nil {
				failed++
				if !strings.Contains(err.Error(), "full") {
					d.Errorf("got %v, want that the disk is full", err)
				}
			}
		}
		if failed == 0 || failed == len(results) {
			d.Errorf("%d of %d failed, want some", failed, len(results))
		}
		if err := d.Verify(d.Context()); err != nil {
			d.Error(err)
		}
	})
}

// A panic of a function is its caller's.
func TestPanic(t *testing.T) {
	atDesk(t, func(d *desk) {
		held, ada := d.hold(nil), d.add("Ada")
		loud := d.later(func() (err error) {
			defer func() { err = fmt.Errorf("recovered: %v", recover()) }()
			return d.write(d.Context(), func(*conn) error { panic("change is broken") })
		})
		close(d.gate)
		if err := errors.Join(<-held, <-ada); err != nil {
			d.Error(err)
		}
		if err := <-loud; err.Error() != "recovered: change is broken" {
			d.Errorf("got %v, want the panic", err)
		}
		d.wantNames("Ada")
	})
}

// A context counts until a write's turn has come: an error of it means that
// nothing was written, and nil that it was, however the context fares.
func TestContextOfWrite(t *testing.T) {
	atDesk(t, func(d *desk) {
		ctx, cancel := context.WithCancel(d.Context())
		started := d.later(func() error {
			return d.write(ctx, func(c *conn) error {
				<-d.gate
				return c.exec(insertPerson, "1", "started", "", int64(0))
			})
		})
		waiting := d.addWith(ctx, "waiting")
		cancel()
		if err := <-waiting; !errors.Is(err, context.Canceled) {
			d.Errorf("the write that waited gave %v, want context.Canceled", err)
		}
		close(d.gate)
		if err := <-started; err != nil {
			d.Errorf("the write that had started gave %v", err)
		}
		d.wantNames("started")
	})
}

// Reads do not wait for writes.
func TestReadDuringWrite(t *testing.T) {
	atDesk(t, func(d *desk) {
		if err := <-d.add("Ada"); err != nil {
			d.Fatal(err)
		}
		held := d.hold(nil)
		d.wantNames("Ada") // would block for good
		close(d.gate)
		if err := <-held; err != nil {
			d.Error(err)
		}
	})
}

// Close waits for what is under way, and refuses what has not begun.
func TestCloseDuringWrite(t *testing.T) {
	atDesk(t, func(d *desk) {
		started := d.later(func() error {
			return d.write(d.Context(), func(c *conn) error {
				<-d.gate
				return nil
			})
		})
		closed := d.later(d.Close)
		waiting := d.add("Ada")
		if err := <-waiting; !errors.Is(err, errClosed) {
			d.Errorf("a write that came late gave %v, want %v", err, errClosed)
		}
		close(d.gate)
		if err := errors.Join(<-started, <-closed); err != nil {
			d.Error(err)
		}
	})
}
