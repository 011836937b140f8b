#!/usr/bin/env node
import { main } from "./main.js";

// Not exit(): what was printed may still be on its way.
process.exitCode = await main(process.argv.slice(2));
