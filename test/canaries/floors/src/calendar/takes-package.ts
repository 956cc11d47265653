import "yaml";
