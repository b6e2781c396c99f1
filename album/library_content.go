package album

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// The tags of content: the same photo in different shapes.
const (
	tagOriginal  = "original"
	tagRedacted  = "redacted"
	tagThumbnail = "thumbnail-" // and the edge
)

// OpenPhoto implements Service.
func (l *Library) OpenPhoto(ctx context.Context, v Viewer, id ID, edge int) (Content, error) {
	p, a, err := l.photo(ctx, id)
	if err != nil {
		return Content{}, err
	}
	if err := aboutPhoto(mayRead(v, a)); err != nil {
		return Content{}, err
	}
	c := Content{Photo: p.shownTo(v, a), Public: a.Sharing.Read.Public()}
	switch {
	case edge != 0:
		err = l.openThumbnail(ctx, &c, p, edge)
	case ownerAtHome(v, a):
		c.Public = false // the original is for this person alone, whatever others get here
		err = l.openOriginal(ctx, &c, p)
	default:
		err = l.openRedacted(ctx, &c, p)
	}
	if err != nil {
		return Content{}, err
	}
	return c, nil
}

func (l *Library) openOriginal(ctx context.Context, c *Content, p Photo) error {
	blob, err := l.openBlob(ctx, p)
	if err != nil {
		return err
	}
	c.ReadSeekCloser, c.Size, c.Type, c.Tag = blob, blob.Size(), p.Type, tagOriginal
	return nil
}

func (l *Library) openRedacted(ctx context.Context, c *Content, p Photo) error {
	blob, err := l.openBlob(ctx, p)
	if err != nil {
		return err
	}
	c.Type, c.Tag = p.Type, tagRedacted
	if len(p.Redaction) == 0 {
		c.ReadSeekCloser, c.Size = blob, blob.Size()
		return nil
	}
	redacted, err := Redact(blob, blob.Size(), p.Redaction)
	if err != nil {
		return errors.Join(fmt.Errorf("redact photo %s: %w", p.ID, err), blob.Close())
	}
	c.ReadSeekCloser, c.Size = redacted, redacted.Size()
	return nil
}

// openBlob opens the bytes of a photo that the store knows.
func (l *Library) openBlob(ctx context.Context, p Photo) (Blob, error) {
	blob, err := l.blobs.Open(ctx, string(p.ID))
	if err == nil {
		return blob, nil
	}
	// The photo may have been deleted a moment ago. If the store still knows it,
	// its bytes are lost, and that is no NotFound.
	if orphan, look := l.orphan(ctx, p.ID); look == nil && orphan {
		return nil, noPhoto()
	}
	return nil, &Error{Kind: Internal, Detail: "the photo's file cannot be read; tell whoever runs this service", Err: fmt.Errorf("open photo %s: %w", p.ID, err)}
}

func (l *Library) openThumbnail(ctx context.Context, c *Content, p Photo, edge int) error {
	if !slices.Contains(ThumbnailEdges[:], edge) {
		return Errorf(NotFound, "there are no thumbnails of %d pixels; ask for one of %v", edge, ThumbnailEdges)
	}
	key := thumbnailKey(p.ID, edge)
	blob, err := l.blobs.Open(ctx, key)
	if err != nil && KindOf(err) == NotFound {
		err = l.thumbnails.do(ctx, key, func(ctx context.Context) error { return l.makeThumbnail(ctx, p, edge) })
		if err != nil {
			return err
		}
		blob, err = l.blobs.Open(ctx, key)
	}
	if err != nil {
		return fmt.Errorf("open thumbnail %s: %w", key, err)
	}
	c.ReadSeekCloser, c.Size = blob, blob.Size()
	c.Tag = tagThumbnail + strconv.Itoa(edge)
	if c.Type, err = thumbnailType(blob); err != nil {
		return errors.Join(fmt.Errorf("read thumbnail %s: %w", key, err), blob.Close())
	}
	return nil
}

// makeThumbnail makes the thumbnail once; from then on it is a blob beside the
// photo's own.
func (l *Library) makeThumbnail(ctx context.Context, p Photo, edge int) error {
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
	if _, err := l.pictures.Thumbnail(ctx, draft, blob, blob.Size(), edge); err != nil {
		return fmt.Errorf("make thumbnail of %s: %w", p.ID, err)
	}
	if err := draft.Commit(thumbnailKey(p.ID, edge)); err != nil {
		return fmt.Errorf("keep thumbnail of %s: %w", p.ID, err)
	}
	return nil
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
