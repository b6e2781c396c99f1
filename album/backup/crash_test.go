package backup_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/backup"
	"github.com/corsage-go/corsage/album/files"
	"github.com/corsage-go/corsage/album/sqlite"
)

// The crash test kills a process with SIGKILL while many goroutines of it create
// albums, put, replace and delete photos and change sharing rules, in the way the
// service does, and looks at what is left. It is here because this package is the one that has both
// halves of a data folder to look at.
//
// The process reports on its standard output, a line for each event:
//
//	album ID         the album has been created: acknowledged
//	draft ID         half of a photo has been written
//	photo ID ALBUM   the photo has been put: acknowledged
//	deleting ID      the photo is about to be deleted or replaced
//	deleted ID       it has been: acknowledged
//	sharing ID N     the album's rules are about to become their N-th version
//	shared ID N      they are: acknowledged
const (
	crashFolder = "CORSAGE_TEST_CRASH_FOLDER" // in the environment of the process to be killed
	crashFirst  = "CORSAGE_TEST_CRASH_FIRST"  // the number of its first ID
	crashRounds = "CORSAGE_CRASH_ROUNDS"      // for those who want more than the usual 20
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashFolder); dir != "" {
		first, err := strconv.Atoi(os.Getenv(crashFirst))
		if err == nil {
			err = workUntilKilled(dir, first)
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// Whatever moment a process is killed at, everything that it had acknowledged is
// there, and nothing is half there.
func TestKill(t *testing.T) {
	rounds := 20
	if s := os.Getenv(crashRounds); s != "" {
		var err error
		rounds, err = strconv.Atoi(s)
		must(t, err)
	}
	c := &crash{
		T: t, dir: t.TempDir(), acknowledged: map[album.ID]album.ID{}, uncertain: map[album.ID]bool{},
		shared: map[album.ID]int64{}, sharing: map[album.ID]int64{},
	}
	s := start(t, c.dir)
	must(t, s.store.CreatePerson(t.Context(), album.Person{ID: id(0), Name: "Ada", Created: now}))
	s.stop()

	dice := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same moments each time
	for round := range rounds {
		kind := kinds[round%len(kinds)]
		c.killAfter(kind.line, 1+dice.IntN(kind.most), round)
		c.look()
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	if len(c.acknowledged) < rounds || c.drafts == 0 || len(c.uncertain) == 0 || len(c.sharing) == 0 {
		t.Errorf("%d writes were acknowledged; %d drafts, %d deletions and %d changes of rules cut off, which shows nothing",
			len(c.acknowledged), c.drafts, len(c.uncertain), len(c.sharing))
	}
	t.Logf("%d rounds: %d albums and photos acknowledged and found; %d drafts, %d deletions and %d changes of rules cut off",
		rounds, len(c.acknowledged), c.drafts, len(c.uncertain), len(c.sharing))
	c.backUp()
}

// kinds are the lines that a process is killed at: those that come before a deed
// kill it in the midst of that, the others behind it.
var kinds = []struct {
	line string
	most int // so many lines are waited for, or fewer
}{
	{"photo ", 60}, {"draft ", 30}, {"deleting ", 30}, {"sharing ", 30}, {"album ", 20}, {"deleted ", 30}, {"shared ", 30},
}

// crash is a data folder whose processes are killed, and what they said.
type crash struct {
	*testing.T
	dir          string
	acknowledged map[album.ID]album.ID // photos with their albums, and albums with ""
	deleted      []album.ID            // photos
	uncertain    map[album.ID]bool     // photos whose deletion had begun, and was not acknowledged
	drafts       int                   // drafts that never became photos
	shared       map[album.ID]int64    // albums with the version of their rules
	sharing      map[album.ID]int64    // the same, of versions that were not acknowledged
}

// killAfter starts a process, kills it when it has reported n events of a kind,
// and notes what it had reported by then: also what it had written to the pipe
// and nobody had read yet.
func (c *crash) killAfter(kind string, n, round int) {
	c.Helper()
	exe, err := os.Executable()
	must(c, err)
	cmd := exec.CommandContext(c.Context(), exe)
	cmd.Env = append(os.Environ(), crashFolder+"="+c.dir, fmt.Sprintf("%s=%d", crashFirst, (round+1)*1_000_000))
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	must(c, err)
	must(c, cmd.Start())

	lines := bufio.NewScanner(out)
	for lines.Scan() {
		c.note(lines.Text())
		if strings.HasPrefix(lines.Text(), kind) {
			if n--; n == 0 {
				must(c, cmd.Process.Kill())
			}
		}
	}
	_ = cmd.Wait() // it was killed, which counts as a failure
	if n > 0 {
		c.Fatalf("the process ended by itself: %s", complaints.Bytes())
	}
}

func (c *crash) note(line string) {
	var what string
	var thing, in album.ID
	_, _ = fmt.Sscan(line, &what, &thing, &in)
	version, _ := strconv.ParseInt(string(in), 10, 64) // of rules
	switch what {
	case "album":
		c.acknowledged[thing] = ""
	case "photo":
		c.acknowledged[thing] = in
		c.drafts--
	case "draft":
		c.drafts++
	case "deleting":
		c.uncertain[thing] = true
	case "sharing":
		c.sharing[thing] = version
	case "shared":
		c.shared[thing] = version
		delete(c.sharing, thing)
	case "deleted":
		delete(c.uncertain, thing)
		delete(c.acknowledged, thing)
		c.deleted = append(c.deleted, thing)
	}
}

// look opens the folder as the next process does, and looks at everything.
func (c *crash) look() {
	s := start(c, c.dir)
	defer s.stop()
	must(c, s.store.Verify(c.Context()))
	wantFolder(c, filepath.Join(c.dir, backup.Blobs, "tmp"))

	photos := map[album.ID]album.ID{}
	must(c, s.store.EachPhoto(c.Context(), func(p album.Photo) error {
		photos[p.ID] = p.Album
		s.wantBlob(string(p.ID)) // no photo without its bytes
		return nil
	}))
	must(c, s.blobs.Each(c.Context(), func(id album.ID, _ time.Time) error {
		s.wantBlob(string(id)) // no half blob, also of photos that were not put in the end
		return nil
	}))
	for thing, in := range maps.All(c.acknowledged) {
		if in == "" {
			a, err := s.store.Album(c.Context(), thing)
			if err != nil || a.Name != string(thing) {
				c.Errorf("album %s was acknowledged, and is %+v, %v", thing, a, err)
			}
		} else if photos[thing] != in && !c.uncertain[thing] {
			c.Errorf("photo %s was acknowledged in album %s, and is in %q", thing, in, photos[thing])
		}
	}
	c.lookAtRules(s)
	for _, id := range c.deleted {
		if _, ok := photos[id]; ok {
			c.Errorf("the deletion of photo %s was acknowledged, and it is there", id)
		}
	}
}

// lookAtRules checks that albums have the rules that were acknowledged, or those of
// the change that was cut off, and whole.
func (c *crash) lookAtRules(s *service) {
	for id, in := range c.acknowledged {
		if in != "" {
			continue // a photo
		}
		a, err := s.store.Album(c.Context(), id)
		must(c, err)
		next, under := c.sharing[id]
		got := a.Sharing.Version
		if got != c.shared[id] && (!under || got != next) {
			c.Errorf("the rules of album %s are of version %d, want the acknowledged one, %d", id, got, c.shared[id])
		}
		if want := rules(got); !reflect.DeepEqual(a.Sharing, want) {
			c.Errorf("the rules of album %s are %+v, want %+v", id, a.Sharing, want)
		}
	}
}

// backUp checks that what has been through all this can be backed up.
func (c *crash) backUp() {
	var b bytes.Buffer
	must(c, backup.Write(c.Context(), c.dir, &b))
	dir := filepath.Join(c.TempDir(), "new")
	must(c, backup.Restore(c.Context(), &b, dir))
	c.dir = dir
	c.look()
}

// worker is the process to be killed.
type worker struct {
	ctx   context.Context
	store *sqlite.Store
	blobs *files.Blobs
	ids   atomic.Int64
}

// workUntilKilled works with eight goroutines, and returns if one fails.
func workUntilKilled(dir string, first int) error {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, filepath.Join(dir, backup.Database))
	if err != nil {
		return err
	}
	blobs, err := files.Open(filepath.Join(dir, backup.Blobs))
	if err != nil {
		return err
	}
	w := &worker{ctx: ctx, store: store, blobs: blobs}
	w.ids.Store(int64(first))
	failed := make(chan error)
	for range 8 {
		go func() { failed <- w.work() }()
	}
	return <-failed
}

func (w *worker) id() album.ID { return id(int(w.ids.Add(1))) }

var reporting sync.Mutex

// report writes a line at once, so that it is out before the next instruction.
func report(what string, ids ...album.ID) error {
	reporting.Lock()
	defer reporting.Unlock()
	_, err := fmt.Fprintln(os.Stdout, what, strings.Trim(fmt.Sprint(ids), "[]"))
	return err
}

// work fills album after album.
func (w *worker) work() error {
	for {
		a := album.Album{ID: w.id(), Owner: id(0), Created: now}
		a.Name = string(a.ID)
		a.Sharing = rules(0)
		if err := w.store.CreateAlbum(w.ctx, a, 1<<30); err != nil {
			return err
		}
		if err := report("album", a.ID); err != nil {
			return err
		}
		if err := w.fill(a.ID); err != nil {
			return err
		}
		if err := w.share(a.ID); err != nil {
			return err
		}
	}
}

// rules are the n-th version of an album's rules, which has n in every part.
func rules(n int64) album.Sharing {
	rule := album.Rule{Sites: album.ChosenSites, Origins: []string{fmt.Sprintf("https://%d.example", n), "https://partner.example"}}
	return album.Sharing{Read: rule, Change: rule, Version: n}
}

// share changes the album's rules a few times.
func (w *worker) share(id album.ID) error {
	for n := int64(1); n <= 3; n++ {
		if err := report("sharing", id, album.ID(fmt.Sprint(n))); err != nil {
			return err
		}
		_, err := w.store.UpdateAlbum(w.ctx, id, func(a *album.Album) error {
			a.Sharing = rules(n)
			return nil
		})
		if err != nil {
			return err
		}
		if err := report("shared", id, album.ID(fmt.Sprint(n))); err != nil {
			return err
		}
	}
	return nil
}

// fill puts photos into an album: one stays, one is replaced, one is deleted.
func (w *worker) fill(in album.ID) error {
	old, err := w.put(in, "replaced")
	if err != nil {
		return err
	}
	if _, err := w.put(in, "kept"); err != nil {
		return err
	}
	if err := report("deleting", old); err != nil {
		return err
	}
	gone, err := w.put(in, "replaced")
	if err != nil {
		return err
	}
	if err := errors.Join(report("deleted", old), w.blobs.Delete(w.ctx, old), report("deleting", gone)); err != nil {
		return err
	}
	err = w.store.DeletePhoto(w.ctx, gone, now, func(album.Photo) error { return nil })
	if err != nil {
		return err
	}
	return errors.Join(report("deleted", gone), w.blobs.Delete(w.ctx, gone))
}

// put does what the service does for an upload: the bytes first, then the row.
func (w *worker) put(in album.ID, name string) (album.ID, error) {
	p := album.Photo{ID: w.id(), Album: in, Owner: id(0), Name: name, Created: now}
	b := content(string(p.ID))
	p.Size, p.Hash = int64(len(b)), fmt.Sprintf("%x", sha256.Sum256(b))
	d, err := w.blobs.Create(w.ctx)
	if err != nil {
		return "", err
	}
	half := len(b) / 2
	_, err = io.Copy(d, bytes.NewReader(b[:half]))
	if err := errors.Join(err, report("draft", p.ID)); err != nil {
		return "", err
	}
	if _, err := io.Copy(d, bytes.NewReader(b[half:])); err != nil {
		return "", err
	}
	if err := d.Commit(string(p.ID)); err != nil {
		return "", err
	}
	if _, err := w.store.PutPhoto(w.ctx, p, true, 10); err != nil {
		return "", err
	}
	return p.ID, report("photo", p.ID, in)
}
