import "node-fetch";
