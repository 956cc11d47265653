import "../http/takes-test.ts";
