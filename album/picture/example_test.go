package picture_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/picture"
)

// landscape is a picture file of 400 x 200 pixels with a comment at its end.
func landscape() []byte {
	img := image.NewGray(image.Rect(0, 0, 400, 200))
	img.SetGray(10, 10, color.Gray{255})
	var b bytes.Buffer
	_ = png.Encode(&b, img) // a buffer takes everything
	return slices.Concat(b.Bytes(), []byte("taken at home"))
}

func ExamplePictures_Inspect() {
	file := landscape()
	info, err := picture.New(2).Inspect(bytes.NewReader(file), int64(len(file)), 100_000_000)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.Type, info.Width, info.Height)
	for _, e := range info.Redaction {
		fmt.Printf("leave out %q\n", file[e.Offset:e.Offset+e.Length])
	}
	// Output:
	// image/png 400 200
	// leave out "taken at home"
}

func ExamplePictures_Inspect_refused() {
	heic := "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
	_, err := picture.New(2).Inspect(strings.NewReader(heic), int64(len(heic)), 100_000_000)
	fmt.Println(album.KindOf(err))
	fmt.Println(err)
	// Output:
	// unsupported
	// unsupported: the file is of the "heic" family (HEIC, AVIF or a video), not a JPEG, PNG, GIF or WebP picture; export it as one of these and upload that
}

func ExamplePictures_Thumbnail() {
	file := landscape()
	var small bytes.Buffer
	mediaType, err := picture.New(2).Thumbnail(context.Background(), &small, bytes.NewReader(file), int64(len(file)), 320)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	config, _, err := image.DecodeConfig(&small)
	fmt.Println(mediaType, config.Width, config.Height, err)
	// Output: image/jpeg 320 160 <nil>
}
