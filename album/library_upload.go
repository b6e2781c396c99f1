package album

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"
)

// upload is what somebody asks for who sends a photo.
type upload struct {
	viewer  Viewer
	album   ID
	name    string
	replace bool
	match   Match
}

// AddPhoto implements Service. Adding takes the scope to upload; taking the
// place of another photo takes the scope to manage. The condition m is about
// the version of the album, which counts the changes of its photos.
//
// What could be refused is refused before the body is read. It is asked again
// afterwards, since a long upload may outlive the right to it.
func (l *Library) AddPhoto(
	ctx context.Context, v Viewer, album ID, name string, body io.Reader, replace bool, m Match,
) (Photo, bool, error) {
	u := upload{viewer: v, album: album, name: name, replace: replace, match: m}
	if _, err := l.admit(ctx, &u); err != nil {
		return Photo{}, false, err
	}
	draft, err := l.blobs.Create(ctx)
	if err != nil {
		return Photo{}, false, fmt.Errorf("add photo: %w", err)
	}
	defer draft.Discard()
	p, err := l.receive(ctx, draft, body)
	if err != nil {
		return Photo{}, false, err
	}
	return l.keep(ctx, u, draft, p)
}

// admit returns the album if the upload may go there, and cleans its name.
func (l *Library) admit(ctx context.Context, u *upload) (Album, error) {
	a, err := l.album(ctx, u.album)
	if err != nil {
		return a, err
	}
	if err := mayUpload(u.viewer, a); err != nil {
		return a, err
	}
	if u.name, err = cleanPhotoName(u.name, l.limits.NameBytes); err != nil {
		return a, err
	}
	if err := u.match.check("album", a.Version); err != nil {
		return a, err
	}
	return a, l.hasPlace(ctx, a, u)
}

// hasPlace says whether the album can take a photo of that name. The store
// decides in the end; this spares people an upload in vain.
func (l *Library) hasPlace(ctx context.Context, a Album, u *upload) error {
	_, err := l.store.PhotoByName(ctx, a.ID, u.name)
	switch {
	case err == nil && u.replace:
		return mayManage(u.viewer, a)
	case err == nil:
		return photoNameTaken(u.name)
	case KindOf(err) != NotFound:
		return fmt.Errorf("look for photo %q: %w", clip(u.name), err)
	case a.Photos >= l.limits.PhotosAlbum:
		return l.albumFull()
	default:
		return nil
	}
}

// receive reads the body to its end and finds out what it is.
func (l *Library) receive(ctx context.Context, draft Draft, body io.Reader) (Photo, error) {
	size, hash, err := l.copyHashed(ctx, draft, body)
	if err != nil {
		return Photo{}, err
	}
	if size == 0 {
		return Photo{}, Errorf(Unsupported, "the file is empty; send a JPEG, PNG, GIF or WebP picture")
	}
	info, err := l.pictures.Inspect(draft, size, l.limits.PhotoPixels)
	if err != nil {
		return Photo{}, fmt.Errorf("inspect photo: %w", err)
	}
	return Photo{
		Type: info.Type, Size: size, Width: info.Width, Height: info.Height,
		Hash: hash, Redaction: info.Redaction,
	}, nil
}

// Enough for a disk to write in one go, little enough for many uploads at once.
const copyBytes = 256 << 10

var copyBuffers = sync.Pool{New: func() any { return new([copyBytes]byte) }}

// copyHashed copies the body to w. Hashing takes a fraction of the time of the
// write, so the two take turns in one goroutine with one buffer.
func (l *Library) copyHashed(ctx context.Context, w io.Writer, body io.Reader) (size int64, hash string, err error) {
	buf := copyBuffers.Get().(*[copyBytes]byte)
	defer copyBuffers.Put(buf)
	sum := sha256.New()
	for {
		if err := ctx.Err(); err != nil {
			return size, "", err
		}
		n, end := fill(buf[:], body)
		size += int64(n)
		if size > l.limits.PhotoBytes {
			return size, "", l.tooManyBytes()
		}
		sum.Write(buf[:n])
		if _, err := w.Write(buf[:n]); err != nil {
			return size, "", fmt.Errorf("write photo: %w", err)
		}
		if errors.Is(end, io.EOF) {
			return size, hex.EncodeToString(sum.Sum(nil)), nil
		}
		if end != nil {
			return size, "", brokeOff(size, end)
		}
	}
}

// fill reads until buf is full or r ends or fails. Unlike io.ReadFull it tells
// the end of r from a reader that itself fails with io.ErrUnexpectedEOF, as a
// request does whose sender has gone.
func fill(buf []byte, r io.Reader) (n int, err error) {
	idle := 0
	for n < len(buf) && err == nil && idle < 100 {
		var got int
		got, err = r.Read(buf[n:])
		n += got
		idle++
		if got > 0 {
			idle = 0
		}
	}
	if idle == 100 && err == nil {
		err = io.ErrNoProgress
	}
	return n, err
}

// keep makes the bytes durable under the photo's ID and then the photo known.
// In this order: a photo without its bytes would be a promise broken, bytes
// without a photo are only litter, and removed.
func (l *Library) keep(ctx context.Context, u upload, draft Draft, p Photo) (Photo, bool, error) {
	id, err := l.newID()
	if err != nil {
		return Photo{}, false, err
	}
	p.ID, p.Album, p.Name, p.Created = id, u.album, u.name, l.clock()
	if err := draft.Commit(string(id)); err != nil {
		return Photo{}, false, fmt.Errorf("keep photo: %w", err)
	}
	shown, replaced, err := l.register(ctx, &u, p)
	// From here on the caller's patience does not count.
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		return Photo{}, false, errors.Join(err, l.dropOrphan(ctx, id))
	}
	if replaced != "" {
		_ = l.blobs.Delete(ctx, replaced) // or else Sweep does it; the upload has succeeded
	}
	return shown, replaced == "", nil
}

// register puts the photo into the store, and returns it as the viewer sees it.
func (l *Library) register(ctx context.Context, u *upload, p Photo) (shown Photo, replaced ID, err error) {
	defer l.edits.under(u.album, u.match)()
	a, err := l.admit(ctx, u)
	if err != nil {
		return p, "", err
	}
	p.Owner = a.Owner
	replace := u.replace && mayManage(u.viewer, a) == nil
	replaced, err = l.store.PutPhoto(context.WithoutCancel(ctx), p, replace, l.limits.PhotosAlbum)
	if err != nil {
		return p, "", l.putFailed(u, a, err)
	}
	return p.shownTo(u.viewer, a), replaced, nil
}

func (l *Library) putFailed(u *upload, a Album, err error) error {
	switch KindOf(err) {
	case NotFound:
		return noAlbum()
	case Exhausted:
		return l.albumFull()
	case Conflict:
		if u.replace { // somebody put a photo of that name there just now
			return mayManage(u.viewer, a)
		}
		return photoNameTaken(u.name)
	default:
		return fmt.Errorf("put photo: %w", err)
	}
}

// dropOrphan removes the bytes of a photo that could not be stored, unless the
// store has it all the same: a failed write may have happened.
func (l *Library) dropOrphan(ctx context.Context, id ID) error {
	orphan, err := l.orphan(ctx, id)
	if err == nil && orphan {
		err = l.blobs.Delete(ctx, id)
	}
	if err != nil {
		return fmt.Errorf("remove photo %s that was not stored: %w", id, err)
	}
	return nil
}

// brokeOff words the failure of a body. One with a kind of its own, and the
// caller's own end, stay what they are.
func brokeOff(size int64, err error) error {
	if _, ok := errors.AsType[*Error](err); ok ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &Error{
		Kind:   Invalid,
		Detail: fmt.Sprintf("the upload broke off after %d bytes, and nothing of it was kept; send the file again", size),
		Err:    err,
	}
}

func (l *Library) tooManyBytes() error {
	e := Errorf(TooLarge, "the file has more than %d bytes, which is the limit for a photo; send a smaller one", l.limits.PhotoBytes)
	e.Limit = l.limits.PhotoBytes
	return e
}

func (l *Library) albumFull() error {
	return exhausted(l.limits.PhotosAlbum, "the album holds %d photos, which is the limit; delete some or use another album", l.limits.PhotosAlbum)
}

func photoNameTaken(name string) error {
	return &Error{Kind: Conflict, Field: "name", Detail: fmt.Sprintf("the album has a photo named %q already; choose another name, or replace it", clip(name))}
}
