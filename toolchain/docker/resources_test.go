//go:build !schema

package main

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"
)

// The embedded schema is generated; this fails when the mapping was edited and the schema was not made again.
func TestSchemaIsOfThisMapping(t *testing.T) {
	var spec struct {
		Name      string
		Version   string
		Resources map[string]any
		Functions map[string]any
	}
	if err := json.Unmarshal(schema, &spec); err != nil {
		t.Fatal(err)
	}
	if spec.Name != packageName || spec.Version != "" && spec.Version != packageVersion {
		t.Errorf("the schema is of %s %s, the plugin of %s %s", spec.Name, spec.Version, packageName, packageVersion)
	}
	info := providerInfo()
	// The bridge adds a function of its own, so only resources are counted.
	if len(spec.Resources) != len(info.Resources) {
		t.Errorf("the schema has %d resources, the mapping %d", len(spec.Resources), len(info.Resources))
	}
	for name, r := range info.Resources {
		if _, ok := spec.Resources[string(r.Tok)]; !ok {
			t.Errorf("%s (%s) is not in the schema", r.Tok, name)
		}
	}
	for name, f := range info.DataSources {
		if _, ok := spec.Functions[string(f.Tok)]; !ok {
			t.Errorf("%s (%s) is not in the schema", f.Tok, name)
		}
	}
}

func TestEveryMappedResourceIsUpstream(t *testing.T) {
	info := providerInfo()
	for name := range info.Resources {
		if _, ok := info.P.ResourcesMap().GetOk(name); !ok {
			t.Errorf("the Terraform provider has no resource %s", name)
		}
	}
	if err := info.P.InternalValidate(); err != nil {
		t.Error(err)
	}
}

// The CLI takes a plugin whose version differs from the npm package's for a missing one.
func TestVersionIsThatOfTheNpmPackage(t *testing.T) {
	manifest, err := os.ReadFile("../../package.json")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`"@pulumi/docker": "([^"]+)"`).FindSubmatch(manifest)
	if found == nil || string(found[1]) != packageVersion {
		t.Errorf("package.json asks for %s, this plugin is %s", found, packageVersion)
	}
}
