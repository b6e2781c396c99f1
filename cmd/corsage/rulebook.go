package main

import (
	"context"
	"net/http"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
)

// policyForm is what the policies of all albums have in common.
type policyForm struct {
	maxAge *int // seconds for which browsers remember a preflight's answer
}

// What pages may send and see, besides what the Fetch standard always lets them.
var (
	askedHeaders = []string{"Authorization", "Content-Type", "If-Match", "If-None-Match", "Range"}
	shownHeaders = []string{"Content-Disposition", "Content-Range", "ETag", "Link", "Location", "Retry-After", requestIDHeader}
	editMethods  = []string{http.MethodDelete, http.MethodPatch, http.MethodPost, http.MethodPut}
)

func (f policyForm) reading(origins []string) policy.Policy {
	return policy.Policy{AllowOrigins: origins, AllowHeaders: askedHeaders, ExposeHeaders: shownHeaders, MaxAge: f.maxAge}
}

func (f policyForm) changing(origins []string) policy.Policy {
	p := f.reading(origins)
	p.AllowMethods = editMethods
	return p
}

// compile returns the policy of a rule, made for this call alone.
func (f policyForm) compile(r album.Rule, read bool) (*policy.Compiled, error) {
	origins := r.Patterns()
	if len(origins) == 0 {
		return policy.Nobody, nil
	}
	want := f.changing(origins)
	if read {
		want = f.reading(origins)
	}
	want.AllowCredentials = r.Credentials
	return policy.Compile(want)
}

// families makes the families of the policies of all rules, by the right and by
// whether credentials are allowed.
func (f policyForm) families() (all [2][2]*policy.Family, err error) {
	for right, form := range [...]policy.Policy{f.reading(nil), f.changing(nil)} {
		for with := range all[right] {
			form.AllowCredentials = with == 1
			if all[right][with], err = policy.NewFamily(form); err != nil {
				return all, err
			}
		}
	}
	return all, nil
}

// rulebook knows the policies of albums. It stands between the library and its
// store, so that it sees every change of a rule, and what it remembers is never
// older than the last change that was acknowledged.
type rulebook struct {
	album.Store
	form policyForm

	families [2][2]*policy.Family // reading and changing, without credentials and with
	albums   *corshttp.Book[idKey, sharedPolicies]
	photos   *corshttp.Book[idKey, idKey] // the album that each photo is in
}

// sharedPolicies are an album's two rules, compiled.
type sharedPolicies struct{ read, change *policy.Compiled }

// idKey is an ID as a key of a Book, which it lies in.
type idKey [26]byte

func keyOf(id album.ID) (key idKey) {
	copy(key[:], id)
	return key
}

func (k idKey) id() album.ID { return album.ID(k[:]) }

// How many albums' policies and how many photos' albums are kept in memory. All of
// them take about 250 MB, where so many are asked for.
const (
	albumsRemembered = 1_000_000
	photosRemembered = 1_000_000
)

// newRulebook makes the rulebook of a store. The error is that of a form which no
// policy can have.
func newRulebook(store album.Store, form policyForm) (*rulebook, error) {
	families, err := form.families()
	if err != nil {
		return nil, err
	}
	b := &rulebook{Store: store, form: form, families: families}
	b.albums = corshttp.NewBook(albumsRemembered, b.readAlbum)
	b.photos = corshttp.NewBook(photosRemembered, b.readPhoto)
	return b, nil
}

func (b *rulebook) readAlbum(ctx context.Context, key idKey) (p sharedPolicies, err error) {
	a, err := b.Store.Album(ctx, key.id())
	if err != nil {
		return p, err
	}
	if p.read, err = b.compile(a.Sharing.Read, true); err != nil {
		return p, err
	}
	p.change, err = b.compile(a.Sharing.Change, false)
	return p, err
}

func (b *rulebook) readPhoto(ctx context.Context, key idKey) (idKey, error) {
	p, err := b.Store.Photo(ctx, key.id())
	return keyOf(p.Album), err
}

// policy returns the policy of an album's reading or changing rule; Nobody if
// there is no such album, so that a foreign page cannot tell.
func (b *rulebook) policy(ctx context.Context, id album.ID, read bool) (*policy.Compiled, error) {
	return b.policyOf(ctx, keyOf(id), read)
}

func (b *rulebook) policyOf(ctx context.Context, key idKey, read bool) (*policy.Compiled, error) {
	p, err := b.albums.Get(ctx, key)
	switch {
	case album.KindOf(err) == album.NotFound:
		return policy.Nobody, nil
	case err != nil:
		return nil, err
	case read:
		return p.read, nil
	default:
		return p.change, nil
	}
}

// photoPolicy returns the policy of the album that a photo is in.
func (b *rulebook) photoPolicy(ctx context.Context, id album.ID, read bool) (*policy.Compiled, error) {
	in, err := b.photos.Get(ctx, keyOf(id))
	switch {
	case album.KindOf(err) == album.NotFound:
		return policy.Nobody, nil
	case err != nil:
		return nil, err
	}
	return b.policyOf(ctx, in, read)
}

// UpdateAlbum implements album.Store.
func (b *rulebook) UpdateAlbum(ctx context.Context, id album.ID, change func(*album.Album) error) (album.Album, error) {
	defer b.albums.Forget(keyOf(id)) // after an error too: the change may have been made
	return b.Store.UpdateAlbum(ctx, id, change)
}

// DeleteAlbum implements album.Store.
func (b *rulebook) DeleteAlbum(ctx context.Context, id album.ID, check func(album.Album) error) ([]album.ID, error) {
	// Without its album a photo that is still known has the policy of nothing, and
	// is forgotten in time.
	defer b.albums.Forget(keyOf(id))
	return b.Store.DeleteAlbum(ctx, id, check)
}

// DeletePhoto implements album.Store.
func (b *rulebook) DeletePhoto(ctx context.Context, id album.ID, now time.Time, check func(album.Photo) error) error {
	defer b.photos.Forget(keyOf(id))
	return b.Store.DeletePhoto(ctx, id, now, check)
}

// compile returns the policy of a rule in force. Rules that are equal share one.
func (b *rulebook) compile(r album.Rule, read bool) (*policy.Compiled, error) {
	origins := r.Patterns()
	if len(origins) == 0 {
		return policy.Nobody, nil
	}
	right, with := 1, 0
	if read {
		right = 0
	}
	if r.Credentials {
		with = 1
	}
	return b.families[right][with].With(origins)
}
