//go:build tools

// Package tools holds the version of actionlint that workflows are held against.
package tools

import _ "github.com/rhysd/actionlint/cmd/actionlint"
