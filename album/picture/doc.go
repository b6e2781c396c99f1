// Package picture looks into JPEG, PNG, GIF and WebP files: what they are, how
// large, what they give away, and what they look like small. It implements
// album.Pictures.
//
// Inspect walks the container, never the pixels, through one small buffer,
// whatever the size of the file. While it walks it collects the redaction: the
// edits (see album.Edit) that take out of the file what tells where, when and
// with what it was taken. album.Redact applies them while reading, so the
// picture is never encoded again and loses nothing else.
//
// The rule is what to keep, not what to drop: a part that is not known to change
// what the picture looks like goes. Two such parts need care. The orientation
// is kept, in an Exif block that holds nothing else, wherever browsers honour
// it. Colour profiles are kept whole, because without them colours change; they
// describe a colour space, in practice one of a handful that come with
// phones and programs, and neither place nor time of the picture.
package picture
