package album

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"
)

const (
	// thumbnailsWaiting is more than a page of new photos asks for at once. It
	// bounds the files that are open for those who wait.
	thumbnailsWaiting = 256
	thumbnailsWait    = 10 * time.Second // in which a good part of a full queue gets through
)

func (l *Library) openThumbnail(ctx context.Context, c *Content, p Photo, edge int) error {
	if !slices.Contains(ThumbnailEdges[:], edge) {
		return Errorf(NotFound, "there are no thumbnails of %d pixels; ask for one of %v", edge, ThumbnailEdges)
	}
	key := thumbnailKey(p.ID, edge)
	blob, err := l.blobs.Open(ctx, key)
	if err != nil && KindOf(err) == NotFound {
		if err := l.awaitThumbnail(ctx, p, edge); err != nil {
			return err
		}
		blob, err = l.blobs.Open(ctx, key)
	}
	if err != nil {
		return fmt.Errorf("open thumbnail %s: %w", key, err)
	}
	if blob.Size() == 0 { // see markBroken
		return errors.Join(noThumbnail(), blob.Close())
	}
	c.ReadSeekCloser, c.Size = blob, blob.Size()
	c.Tag = tagThumbnail + strconv.Itoa(edge)
	if c.Type, err = thumbnailType(blob); err != nil {
		return errors.Join(fmt.Errorf("read thumbnail %s: %w", key, err), blob.Close())
	}
	return nil
}

// awaitThumbnail has the thumbnail made, once for all who ask for it. Whoever finds
// too many others waiting is sent away: anybody can ask for the thumbnails of a
// public album.
func (l *Library) awaitThumbnail(ctx context.Context, p Photo, edge int) error {
	select {
	case l.decodes <- struct{}{}:
		defer func() { <-l.decodes }()
	default:
		return tooOften(thumbnailsWait, "too many thumbnails are being made; try again in %s", thumbnailsWait)
	}
	return l.thumbnails.do(ctx, thumbnailKey(p.ID, edge), func(ctx context.Context) error {
		return l.makeThumbnail(ctx, p, edge)
	})
}

// makeThumbnail makes the thumbnail once; from then on it is a blob beside the
// photo's own.
func (l *Library) makeThumbnail(ctx context.Context, p Photo, edge int) error {
	// Another may have made it since whoever asks has looked.
	if made, err := l.blobs.Open(ctx, thumbnailKey(p.ID, edge)); err == nil {
		return made.Close()
	}
	blob, err := l.openBlob(ctx, p)
	if err != nil {
		return err
	}
	defer blob.Close()
	draft, err := l.blobs.Create(ctx)
	if err != nil {
		return fmt.Errorf("make thumbnail of %s: %w", p.ID, err)
	}
	defer draft.Discard()
	_, err = l.pictures.Thumbnail(ctx, draft, blob, blob.Size(), edge)
	if err != nil && KindOf(err) == Unsupported {
		return l.markBroken(ctx, p, edge)
	}
	if err != nil {
		return fmt.Errorf("make thumbnail of %s: %w", p.ID, err)
	}
	if err := draft.Commit(thumbnailKey(p.ID, edge)); err != nil {
		return fmt.Errorf("keep thumbnail of %s: %w", p.ID, err)
	}
	return nil
}

// markBroken keeps an empty blob in place of a thumbnail that cannot be made: a
// look at a photo's structure has let it in, and its pixels turned out broken.
// Decoding them again would fail again, as often as anybody asks.
func (l *Library) markBroken(ctx context.Context, p Photo, edge int) error {
	empty, err := l.blobs.Create(ctx)
	if err != nil {
		return fmt.Errorf("mark photo %s as broken: %w", p.ID, err)
	}
	defer empty.Discard()
	if err := empty.Commit(thumbnailKey(p.ID, edge)); err != nil {
		return fmt.Errorf("mark photo %s as broken: %w", p.ID, err)
	}
	return nil
}

func noThumbnail() error {
	return Errorf(NotFound, "this picture has no thumbnails: its pixels are broken and cannot be decoded; export it again with the program that made it, and replace it")
}

func thumbnailKey(id ID, edge int) string { return string(id) + "." + strconv.Itoa(edge) }

// thumbnailType tells the two kinds of thumbnail apart by their first byte.
func thumbnailType(r io.ReaderAt) (string, error) {
	var first [1]byte
	if _, err := r.ReadAt(first[:], 0); err != nil {
		return "", err
	}
	if first[0] == 0xff {
		return "image/jpeg", nil
	}
	return "image/png", nil
}
