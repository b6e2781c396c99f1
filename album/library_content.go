package album

import (
	"context"
	"errors"
	"fmt"
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
