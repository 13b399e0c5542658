// Holds the Dockerfile on standard input against BuildKit's own parser and linter, as `docker build --check` does, with
// neither a daemon nor a registry. Prints what they say as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/opencontainers/go-digest"
)

// A base image is taken for one that sets nothing.
type anyImage struct{}

func (anyImage) ResolveImageConfig(_ context.Context, name string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config := `{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers"}}`
	return name, digest.FromString(name), []byte(config), nil
}

func main() {
	if err := lint(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func lint() error {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	source := llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", text)
	source.Definition = &llb.Definition{}
	results, err := dockerfile2llb.DockerfileLint(context.Background(), text, dockerfile2llb.ConvertOpt{
		AllStages:    true,
		MetaResolver: anyImage{},
		SourceMap:    source,
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(results)
}
