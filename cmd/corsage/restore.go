package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/corsage-go/corsage/album/backup"
)

// restoreCommand is `corsage restore`.
type restoreCommand struct {
	dataFlag
	File string `arg:"" type:"path" placeholder:"FILE" help:"Backup to read, or - for standard input."`
}

// Help implements kong.HelpProvider.
func (c *restoreCommand) Help() string {
	return `Makes a data folder of a backup. The folder must not exist yet, or be empty: nothing is overwritten. A backup that is not whole is refused, and then nothing is left behind.

Examples:

    corsage restore albums.tar
    corsage restore --data /srv/photos albums.tar
    ssh elsewhere 'cat albums.tar' | corsage restore --data /srv/photos -`
}

// Run reads the backup.
func (c *restoreCommand) Run(ctx context.Context, con console) error {
	from := con.in
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return hinted(err, "name a file that `corsage backup` has written")
		}
		defer f.Close() //nolint:errcheck // it was only read
		from = f
	}
	if err := os.MkdirAll(filepath.Dir(c.Data), 0o700); err != nil {
		return cannotWrite(filepath.Dir(c.Data), err)
	}
	if err := backup.Restore(ctx, from, c.Data); err != nil {
		return hinted(err, "nothing was changed; to restore to another folder, name it with --data")
	}
	fmt.Fprintf(con.out, "restored %s\n", c.Data)
	return nil
}
