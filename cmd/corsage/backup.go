package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/corsage-go/corsage/album/backup"
)

// backupCommand is `corsage backup`.
type backupCommand struct {
	dataFlag
	Force bool   `help:"Replace FILE if there is one."`
	File  string `arg:"" type:"path" placeholder:"FILE" help:"File to write, or - for standard output."`
}

// Help implements kong.HelpProvider.
func (c *backupCommand) Help() string {
	return `Copies people, albums, rules and photos into one file, as they are at the moment the command begins. The service may be running. The file is a tar archive that says of itself whether it is whole; keep it as safe as the data folder.

Examples:

    corsage backup albums.tar
    corsage backup --force /mnt/backup/albums.tar
    corsage backup - | ssh elsewhere 'cat > albums.tar'`
}

// Run writes the backup.
func (c *backupCommand) Run(ctx context.Context, con console) error {
	if _, err := os.Stat(filepath.Join(c.Data, backup.Database)); err != nil {
		return noData(c.Data, err)
	}
	if c.File == "-" {
		return backup.Write(ctx, c.Data, con.out)
	}
	if _, err := os.Lstat(c.File); err == nil && !c.Force {
		return hinted(fmt.Errorf("%s exists already", c.File), "replace it with --force, or choose another name")
	}
	size, err := writeWhole(c.File, func(w io.Writer) error { return backup.Write(ctx, c.Data, w) })
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, "wrote %s (%v)\n", c.File, roughly(size))
	return nil
}

// noData says that a folder holds no albums.
func noData(folder string, err error) error {
	return hinted(inWords(err, "there are no albums in %s", folder), "name the folder of the service with --data")
}

// roughly rounds a size to what people say.
func roughly(n int64) size {
	for _, u := range sizeUnits {
		if s := size(n); s >= 10*u.size {
			return s / u.size * u.size
		}
	}
	return size(n)
}
