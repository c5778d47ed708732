#!/usr/bin/env node
import './main/cli.js';
