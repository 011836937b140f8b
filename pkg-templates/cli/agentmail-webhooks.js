#!/usr/bin/env node
import { main } from "./main.js";

// Not exit(), because output may still be buffered.
process.exitCode = await main(process.argv.slice(2));
