//go:build tools

// Package tools holds the version of the Pulumi CLI that the engine suite runs.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
