package album_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"image"
	"image/png"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/memory"
	"github.com/corsage-go/corsage/album/picture"
)

// Ann makes an album, puts a photo into it and shares it with one site. Pages of
// that site list it, and pages of other sites do not.
func ExampleLibrary() {
	ctx := context.Background()
	library, err := album.NewLibrary(album.Config{
		Store:    memory.NewStore(),
		Blobs:    memory.NewBlobs(),
		Pictures: picture.New(1),
		Now:      time.Now,
		Random:   rand.Reader,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	person, err := library.AddPerson(ctx, "ann", "correct horse battery staple")
	if err != nil {
		fmt.Println(err)
		return
	}
	ann := album.Viewer{Person: person.ID, Via: album.ViaSession, Scopes: album.AllScopes}

	summer, _, err := library.CreateAlbum(ctx, ann, "Summer", false)
	if err != nil {
		fmt.Println(err)
		return
	}
	rules := album.Sharing{Read: album.Rule{Sites: album.ChosenSites, Origins: []string{"https://partner.example"}}}
	if _, err := library.SetSharing(ctx, ann, summer.ID, rules, album.Match{}); err != nil {
		fmt.Println(err)
		return
	}
	photo, _, err := library.AddPhoto(ctx, ann, summer.ID, "beach.png", drawn(40, 30), false, album.Match{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %s, %d x %d\n", photo.Name, photo.Type, photo.Width, photo.Height)

	for _, origin := range []string{"https://partner.example", "https://stranger.example"} {
		visitor := album.Viewer{Site: album.Site{
			Foreign: true, Origin: origin, Patterns: []string{origin, album.AnyPattern},
		}}
		list, err := library.Albums(ctx, visitor, album.Page{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s lists %d\n", origin, len(list.Albums))
		_, err = library.Album(ctx, visitor, summer.ID)
		fmt.Println(err)
	}

	// Output:
	// beach.png: image/png, 40 x 30
	// https://partner.example lists 1
	// <nil>
	// https://stranger.example lists 0
	// forbidden: this album is not shared with https://stranger.example; its owner can add that site to those that may read it
}

func drawn(width, height int) *bytes.Buffer {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		panic(err)
	}
	return &b
}

func ExampleParseScopes() {
	scopes, err := album.ParseScopes([]string{"upload", "read"})
	fmt.Println(scopes, err)
	_, err = album.ParseScopes([]string{"write"})
	fmt.Println(err)

	// Output:
	// read,upload <nil>
	// invalid: scopes: "write" is no scope; there are read, upload, manage
}

func ExampleParseID() {
	id, err := album.ParseID("01kargk2v3000000000000000a")
	fmt.Println(id.Time().Format(time.RFC3339Nano), err)
	_, err = album.ParseID("../etc/passwd")
	fmt.Println(album.KindOf(err))

	// Output:
	// 2025-11-23T14:06:24.099Z <nil>
	// invalid
}
