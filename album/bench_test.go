package album_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/memory"
)

// benchWorld is a library with one person and one album, shared with a site.
func benchWorld(b *testing.B) (*album.Library, album.Viewer, album.Album) {
	b.Helper()
	l, err := album.NewLibrary(album.Config{
		Store: memory.NewStore(), Blobs: &nowhere{Blobs: memory.NewBlobs()}, Pictures: &fakePictures{}, Now: time.Now, Random: rand.Reader,
	})
	if err != nil {
		b.Fatal(err)
	}
	album.QuickHashes(l)
	ctx := context.Background()
	p := must(l.AddPerson(ctx, "ann", password))(b)
	ann := album.Viewer{Person: p.ID, Via: album.ViaSession, Scopes: album.AllScopes}
	a, _, err := l.CreateAlbum(ctx, ann, "album", false)
	must(a, err)(b)
	must(l.SetSharing(ctx, ann, a.ID, album.Sharing{Read: chosen(partner), Change: chosen(partner)}, album.Match{}))(b)
	return l, ann, a
}

// BenchmarkLibraryAlbum is what the rules cost on top of the store's read.
func BenchmarkLibraryAlbum(b *testing.B) {
	l, ann, a := benchWorld(b)
	for name, v := range map[string]album.Viewer{
		"owner": ann, "visitor": at(album.Viewer{}, site(partner)), "refused": at(album.Viewer{}, site(stranger)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.Album(b.Context(), v, a.ID); (err == nil) != (name != "refused") {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLibraryAlbums lists 50 albums for somebody at a foreign site.
func BenchmarkLibraryAlbums(b *testing.B) {
	l, ann, _ := benchWorld(b)
	for i := range 50 {
		a, _, err := l.CreateAlbum(b.Context(), ann, fmt.Sprint(i), false)
		must(a, err)(b)
		must(l.SetSharing(b.Context(), ann, a.ID, album.Sharing{Read: chosen(partner)}, album.Match{}))(b)
	}
	v := at(album.Viewer{}, site(partner))
	b.ReportAllocs()
	for b.Loop() {
		page, err := l.Albums(b.Context(), v, album.Page{Limit: 50})
		if err != nil || len(page.Albums) != 50 {
			b.Fatal(len(page.Albums), err)
		}
	}
}

// BenchmarkAddPhoto is what the library itself does with an upload of 64 MiB,
// most of it the hash; its memory must not depend on the size.
func BenchmarkAddPhoto(b *testing.B) {
	const size = 64 << 20
	l, ann, a := benchWorld(b)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		_, _, err := l.AddPhoto(b.Context(), ann, a.ID, "a.png", io.LimitReader(zeroes{}, size), true, album.Match{})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// zeroes is a picture that costs nothing to read.
type zeroes struct{}

func (zeroes) Read(p []byte) (int, error) {
	copy(p, "PIC")
	return len(p), nil
}
