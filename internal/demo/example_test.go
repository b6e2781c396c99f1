package demo_test

import (
	"fmt"

	"github.com/corsage-go/corsage/internal/demo"
)

func ExampleAlbums() {
	for _, a := range demo.Albums() {
		fmt.Printf("%s: %d photos\n", a.Name, len(a.Photos))
	}
	// Output:
	// Private: 3 photos
	// Signed-in only: 3 photos
	// For the partner: 4 photos
	// Open garden: 5 photos
}

func ExamplePhoto_File() {
	photo := demo.Albums()[0].Photos[0]
	file, err := photo.File(400)
	fmt.Println(photo.Name, err, string(file[6:10]))
	// Output: by-the-window.jpg <nil> Exif
}
