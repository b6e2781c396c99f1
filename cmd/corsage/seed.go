package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/internal/demo"
)

// demoOwner is who owns the demo's albums.
const demoOwner = "rosa"

// seed fills the demo's data folder with what the demo shows. What is there
// already stays as its owner has left it.
type seed struct {
	library *album.Library
	people  album.PersonStore
	log     *slog.Logger
	now     func() time.Time
	file    string // where memory is kept
	memory  seedMemory
	guests  []string // origins that the rules are to name
	width   int      // of photos, in pixels

	owner    album.Viewer
	password string // what greets the person; "" when she has another one now
}

// seedMemory is what the demo remembers from one start to the next.
type seedMemory struct {
	Password string   `json:"password"`
	Guests   []string `json:"guests"` // that the rules were given
	Planted  bool     `json:"planted"`
}

func newSeed(s *service) (*seed, error) {
	d := &seed{
		library: s.library, people: s.data.store, log: s.log, now: s.now,
		file: filepath.Join(s.data.path, "demo.json"), width: s.photoWidth,
	}
	for _, site := range s.sites {
		if site.name == guestSite {
			d.guests = append(d.guests, site.origin)
		}
	}
	slices.Sort(d.guests) // as they stand in rules
	text, err := os.ReadFile(d.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return d, nil
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal(text, &d.memory); err != nil {
		return nil, hinted(fmt.Errorf("reading %s: %w", d.file, err), "remove the folder "+s.data.path+" to begin the demo anew")
	}
	return d, nil
}

// plant makes the owner and the albums, and returns the albums' IDs by name.
func (d *seed) plant(ctx context.Context) (map[string]album.ID, error) {
	if err := d.findOwner(ctx); err != nil {
		return nil, err
	}
	ids := map[string]album.ID{}
	var missing []planting
	for _, a := range demo.Albums() {
		made, created, err := d.library.CreateAlbum(ctx, d.owner, a.Name, true)
		if err != nil {
			return nil, err
		}
		ids[a.Name] = made.ID
		if err := d.share(ctx, made, created); err != nil {
			return nil, err
		}
		if created || !d.memory.Planted {
			missing = append(missing, plantings(made.ID, a.Photos)...)
		}
	}
	if err := d.plantPhotos(ctx, missing); err != nil {
		return nil, err
	}
	if err := d.revokeTokens(ctx); err != nil {
		return nil, err
	}
	d.memory.Guests, d.memory.Planted = d.guests, true
	return ids, d.remember()
}

// findOwner finds or makes the owner of the albums. Her password is made once,
// and stays hers to change.
func (d *seed) findOwner(ctx context.Context) error {
	people, err := d.people.People(ctx)
	if err != nil {
		return err
	}
	if len(people) > 0 && d.memory.Password == "" {
		return misuse(fmt.Errorf("the folder %s holds people and albums that are not the demo's", filepath.Dir(d.file)),
			"give the demo a folder of its own with --data, or leave --data out")
	}
	if d.memory.Password == "" {
		d.memory.Password = newPassword()
		if err := d.remember(); err != nil {
			return err
		}
	}
	owner, err := d.people.PersonByName(ctx, demoOwner)
	if album.KindOf(err) == album.NotFound {
		owner, err = d.library.AddPerson(ctx, demoOwner, d.memory.Password)
	}
	if err != nil {
		return err
	}
	d.owner = album.Viewer{Person: owner.ID, Via: album.ViaBasic, Scopes: album.AllScopes}
	if _, err := d.library.ViewerByPassword(ctx, demoOwner, d.memory.Password, "demo", album.Site{}); err == nil {
		d.password = d.memory.Password
	}
	return nil
}

// newPassword makes a password of 60 random bits that is not hard to type.
func newPassword() string {
	s := strings.ToLower(rand.Text())
	return s[:4] + "-" + s[4:8] + "-" + s[8:12]
}

func (d *seed) remember() error {
	text, err := json.MarshalIndent(d.memory, "", "\t")
	if err != nil {
		return err
	}
	return writeSecret(d.file, text)
}

// share gives an album the rules that its name promises. Rules that the owner
// has changed stay; those that the demo gave follow the guest when its port
// changes.
func (d *seed) share(ctx context.Context, a album.Album, created bool) error {
	want := demoRules(a.Name, d.guests)
	given := demoRules(a.Name, d.memory.Guests)
	has := a.Sharing
	has.Version = 0
	if !created && d.memory.Planted && !reflect.DeepEqual(has, given) || reflect.DeepEqual(has, want) {
		return nil
	}
	_, err := d.library.SetSharing(ctx, d.owner, a.ID, want, album.Match{})
	return err
}

// demoRules are the rules of an album of the demo.
func demoRules(name string, guests []string) album.Sharing {
	nobody := album.Rule{Sites: album.Nobody}
	chosen := album.Rule{Sites: album.ChosenSites, Origins: guests}
	switch name {
	case demo.OpenGarden:
		return album.Sharing{Read: album.Rule{Sites: album.AnySite}, Change: nobody}
	case demo.ForPartner:
		return album.Sharing{Read: chosen, Change: chosen}
	case demo.SignedInOnly:
		chosen.Credentials = true
		return album.Sharing{Read: chosen, Change: chosen}
	default:
		return album.Sharing{Read: nobody, Change: nobody}
	}
}

// planting is a photo that belongs into an album.
type planting struct {
	album album.ID
	photo demo.Photo
}

func plantings(id album.ID, photos []demo.Photo) []planting {
	all := make([]planting, 0, len(photos))
	for _, p := range photos {
		all = append(all, planting{id, p})
	}
	return all
}

// plantPhotos adds photos in their order. One that is there already is left
// alone.
func (d *seed) plantPhotos(ctx context.Context, all []planting) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for i, drawn := range d.draw(ctx, all) {
		var photo drawing
		select {
		case photo = <-drawn:
		case <-ctx.Done():
			return ctx.Err()
		}
		if photo.err != nil {
			return photo.err
		}
		name := all[i].photo.Name
		_, _, err := d.library.AddPhoto(ctx, d.owner, all[i].album, name, bytes.NewReader(photo.file), false, album.Match{})
		if err != nil && album.KindOf(err) != album.Conflict {
			return fmt.Errorf("adding %s: %w", name, err)
		}
	}
	return nil
}

// drawing is a drawn photo.
type drawing struct {
	file []byte
	err  error
}

// draw draws photos, as many at a time as there are processors, until the
// context ends.
func (d *seed) draw(ctx context.Context, all []planting) []chan drawing {
	drawings := make([]chan drawing, len(all))
	for i := range drawings {
		drawings[i] = make(chan drawing, 1)
	}
	places := make(chan struct{}, runtime.GOMAXPROCS(0))
	go func() {
		for i, p := range all {
			places <- struct{}{}
			if ctx.Err() != nil {
				return
			}
			go func() {
				file, err := p.photo.File(d.width)
				drawings[i] <- drawing{file, err}
				<-places
			}()
		}
	}()
	return drawings
}

// demoTokenLabel tells the demo's tokens from the owner's own.
const demoTokenLabel = "Demo guest site"

// revokeTokens ends the tokens that earlier starts handed out.
func (d *seed) revokeTokens(ctx context.Context) error {
	old, err := d.library.Tokens(ctx, d.owner)
	if err != nil {
		return err
	}
	for _, t := range old {
		if t.Label != demoTokenLabel {
			continue
		}
		if err := d.library.RevokeToken(ctx, d.owner, t.ID); err != nil {
			return err
		}
	}
	return nil
}

// tokens returns a function that gives a token for an origin which is good for a
// day at least.
func (d *seed) tokens(origin string) func() string {
	var (
		mu      sync.Mutex
		secret  string
		expires time.Time
	)
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		if secret != "" && d.now().Add(24*time.Hour).Before(expires) {
			return secret
		}
		t, fresh, err := d.library.IssueToken(context.Background(), d.owner, album.TokenRequest{
			Label: demoTokenLabel, Origin: origin, Scopes: album.AllScopes,
		})
		if err != nil {
			d.log.Error("no token for the guest site", "error", err)
			return secret
		}
		secret, expires = fresh, t.Expires
		return secret
	}
}
