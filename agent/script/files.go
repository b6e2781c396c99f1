package script

import (
	"context"
	"fmt"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/xhr"
)

func (r *Realm) fileOps() ops { return ops{"queue": r.opQueue, "chooser": r.opChooser} }

// opChooser asks the user for files; null if there are none.
func (r *Realm) opChooser(c *engine.Call) (any, error) {
	if r.options.Choose == nil {
		return nil, nil
	}
	files, ok := r.options.Choose(Chooser{Multiple: c.Bool(0), Accept: c.Text(1), Name: c.Text(2)})
	if !ok {
		return nil, nil
	}
	return handlesOf(files), nil
}

func handlesOf(files []*xhr.File) []any {
	list := make([]any, len(files))
	for i, f := range files {
		list[i] = engine.Handle{Go: f}
	}
	return list
}

// Choose gives files to the <input type=file> that a selector finds first, as a
// user does who chooses them, and runs what follows, as Run does.
func (r *Realm) Choose(ctx context.Context, selector string, files ...*xhr.File) error {
	return r.use(ctx, "give", selector, handlesOf(files))
}

// Drop drops files on the element that a selector finds first, and runs what
// follows, as Run does. The page gets them if it cancels the dragover event.
func (r *Realm) Drop(ctx context.Context, selector string, files ...*xhr.File) error {
	return r.use(ctx, "drop", selector, handlesOf(files))
}

// Click clicks on the element that a selector finds first, and runs what follows,
// as Run does.
func (r *Realm) Click(ctx context.Context, selector string) error {
	return r.use(ctx, "click", selector, nil)
}

// use does what a user does.
func (r *Realm) use(ctx context.Context, action, selector string, files []any) error {
	release := r.thread.guard(ctx)
	defer release()
	var err error
	r.thread.runTask(func() {
		var v engine.Value
		if v, err = r.export("files", action, selector, files); err == nil {
			v.Free()
		}
	})
	if err != nil {
		return fmt.Errorf("use the page: %w", r.told(ctx, err))
	}
	return r.Wait(ctx)
}
