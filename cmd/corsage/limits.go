package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/alecthomas/kong"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/albumhttp"
)

// limitFlags bound what people can ask of the service.
type limitFlags struct {
	MaxPhotoBytes    size  `group:"limits" default:"${photo_bytes}" help:"Largest file of a photo."`
	MaxPhotoPixels   int64 `group:"limits" default:"${photo_pixels}" help:"Most pixels of a photo, width times height."`
	MaxPhotos        int   `group:"limits" default:"${photos_album}" help:"Most photos in an album."`
	MaxAlbums        int   `group:"limits" default:"${albums_person}" help:"Most albums of a person."`
	MaxNameBytes     int   `group:"limits" default:"${name_bytes}" help:"Longest name of an album or photo, in bytes of UTF-8."`
	MaxPasswordBytes int   `group:"limits" default:"${password_bytes}" help:"Longest password, in bytes."`
	MaxSharedOrigins int   `group:"limits" default:"${shared_origins}" help:"Most origins in one sharing rule."`
	MaxTokens        int   `group:"limits" default:"${tokens_person}" help:"Most tokens of a person."`
	MaxPageSize      int   `group:"limits" default:"${page_most}" help:"Most rows in one answer with a list."`
	PageSize         int   `group:"limits" default:"${page_size}" help:"Rows in an answer that asks for no number."`

	TokenLife   time.Duration `group:"limits" default:"${token_life}" help:"Longest life of a token."`
	SessionLife time.Duration `group:"limits" default:"${session_life}" help:"Life of a sign-in."`
	SignInTries int           `group:"limits" default:"${sign_in_tries}" help:"Wrong passwords in a row before a person or an address has to wait."`
	SignInWait  time.Duration `group:"limits" default:"${sign_in_wait}" help:"Wait for one more try after that."`

	MaxJSONBytes       size          `name:"max-json-bytes" group:"limits" default:"${json_bytes}" help:"Largest JSON body."`
	MaxFiles           int           `group:"limits" default:"${files_request}" help:"Most files in one multipart upload."`
	MaxPartHeaderBytes size          `group:"limits" default:"${part_header_bytes}" help:"Most header bytes of one part of a multipart upload."`
	MaxHeaderBytes     size          `group:"limits" default:"32KiB" help:"Most header bytes of a request. A longer one is refused with 431, in plain text."`
	MinRate            size          `group:"limits" default:"${body_rate}" help:"Fewest bytes a second that a client must send or take."`
	MinRateWindow      time.Duration `group:"limits" default:"${body_window}" help:"For how long a client may be slower than that, and how long a short answer may take."`
	HeaderTimeout      time.Duration `group:"limits" default:"10s" help:"How long a request's header may take."`
	IdleTimeout        time.Duration `group:"limits" default:"2m" help:"How long an unused connection is kept."`
	MaxDecodes         int           `group:"limits" default:"${decodes}" help:"Most photos decoded at the same time, for thumbnails."`
}

// defaultDecodes is for machines with little memory: a photo of the largest
// allowed size takes several hundred megabytes while it is decoded.
const defaultDecodes = 2

// limitDefaults gives the flags the defaults of the packages whose limits they
// are.
func limitDefaults() kong.Vars {
	a, h := album.DefaultLimits, albumhttp.DefaultLimits
	return text(map[string]any{
		"photo_bytes": size(a.PhotoBytes), "photo_pixels": a.PhotoPixels, "photos_album": a.PhotosAlbum,
		"albums_person": a.AlbumsPerson, "name_bytes": a.NameBytes, "password_bytes": a.PasswordBytes,
		"shared_origins": a.SharedOrigins, "tokens_person": a.TokensPerson, "page_most": a.PageMost,
		"page_size": a.PageSize, "token_life": a.TokenLife, "session_life": a.SessionLife,
		"sign_in_tries": a.SignInTries, "sign_in_wait": a.SignInWait,
		"json_bytes": size(h.JSONBytes), "files_request": h.FilesRequest, "part_header_bytes": size(h.PartHeaderBytes),
		"body_rate": size(h.BodyRate), "body_window": h.BodyWindow, "decodes": defaultDecodes,
	})
}

func text(values map[string]any) kong.Vars {
	vars := make(kong.Vars, len(values))
	for name, v := range values {
		vars[name] = fmt.Sprint(v)
		if d, ok := v.(time.Duration); ok && d%time.Hour == 0 {
			vars[name] = strconv.Itoa(int(d.Hours())) + "h" // not 720h0m0s
		}
	}
	return vars
}

// check refuses limits that would let nothing through.
func (l *limitFlags) check() error {
	numbers := []int64{
		int64(l.MaxPhotoBytes), l.MaxPhotoPixels, int64(l.MaxPhotos), int64(l.MaxAlbums), int64(l.MaxNameBytes),
		int64(l.MaxPasswordBytes), int64(l.MaxSharedOrigins), int64(l.MaxTokens), int64(l.MaxPageSize), int64(l.PageSize),
		int64(l.TokenLife), int64(l.SessionLife), int64(l.SignInTries), int64(l.SignInWait), int64(l.MaxJSONBytes),
		int64(l.MaxFiles), int64(l.MaxPartHeaderBytes), int64(l.MaxHeaderBytes), int64(l.MinRate), int64(l.MinRateWindow),
		int64(l.HeaderTimeout), int64(l.IdleTimeout), int64(l.MaxDecodes),
	}
	for _, n := range numbers {
		if n < 1 {
			return errors.New("a limit is zero or negative; there is no way to have none, but it can be as large as you like")
		}
	}
	return nil
}

// album returns the limits of the library.
func (l *limitFlags) album() album.Limits {
	return album.Limits{
		NameBytes: l.MaxNameBytes, AlbumsPerson: l.MaxAlbums, PhotosAlbum: l.MaxPhotos,
		PhotoBytes: int64(l.MaxPhotoBytes), PhotoPixels: l.MaxPhotoPixels, TokensPerson: l.MaxTokens,
		TokenLife: l.TokenLife, SessionLife: l.SessionLife, SharedOrigins: l.MaxSharedOrigins,
		PageSize: l.PageSize, PageMost: l.MaxPageSize, SignInTries: l.SignInTries,
		SignInWait: l.SignInWait, PasswordBytes: l.MaxPasswordBytes,
	}
}

// http returns the limits of a single request.
func (l *limitFlags) http() albumhttp.Limits {
	return albumhttp.Limits{
		JSONBytes: int64(l.MaxJSONBytes), PhotoBytes: int64(l.MaxPhotoBytes), FilesRequest: l.MaxFiles,
		PartHeaderBytes: int64(l.MaxPartHeaderBytes), BodyWindow: l.MinRateWindow, BodyRate: int64(l.MinRate),
		RetryAfter: l.SignInWait,
	}
}
