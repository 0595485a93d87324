// Writes the folder that stands in for a Go module proxy: one tiny command in two versions.
package main

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
)

const module = "berth.example/demo"

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func write(folder, version string) {
	files := []struct{ name, text string }{
		{"go.mod", "module " + module + "\n\ngo 1.19\n"},
		{"cmd/berth-demo-go/main.go", fmt.Sprintf("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(%q) }\n", "berth-demo-go "+version)},
	}
	archive, err := os.Create(filepath.Join(folder, version+".zip"))
	must(err)
	writer := zip.NewWriter(archive)
	for _, file := range files {
		entry, err := writer.Create(module + "@" + version + "/" + file.name)
		must(err)
		_, err = entry.Write([]byte(file.text))
		must(err)
	}
	must(writer.Close())
	must(archive.Close())
	must(os.WriteFile(filepath.Join(folder, version+".mod"), []byte(files[0].text), 0o644))
	info := fmt.Sprintf("{\"Version\":%q,\"Time\":\"2024-01-01T00:00:00Z\"}", version)
	must(os.WriteFile(filepath.Join(folder, version+".info"), []byte(info), 0o644))
}

func main() {
	folder := filepath.Join(os.Args[1], module, "@v")
	must(os.MkdirAll(folder, 0o755))
	for _, version := range []string{"v1.0.0", "v1.1.0"} {
		write(folder, version)
	}
	must(os.WriteFile(filepath.Join(folder, "list"), []byte("v1.0.0\nv1.1.0\n"), 0o644))
}
