import { describe, expect, it } from 'vitest';
import { cpuUnitsOf, fargateCpuUnits, fargateMemory, isFargateSize, memoryMiBOf } from './task-size.ts';

describe('the CPU of a task', () => {
  it.each([
    ['1024', 1024],
    ['1 vCPU', 1024],
    ['1vcpu', 1024],
    [' .5  VCPU ', 512],
    ['0.25 vCPU', 256],
    ['16 vcpu', 16_384],
    ['128.5', undefined],
    ['0.3 vCPU', undefined],
    ['1 GB', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['0x10', undefined],
    ['1e3', undefined],
    ['', undefined],
    ['much', undefined],
  ])('%j is %s CPU units', (text, units) => {
    expect(cpuUnitsOf(text)).toBe(units);
  });
});

describe('the memory of a task', () => {
  it.each([
    ['2048', 2048],
    ['2 GB', 2048],
    ['2gb', 2048],
    ['0.5 Gb', 512],
    ['.5GB', 512],
    ['128.5', undefined],
    ['2 vCPU', undefined],
    ['2 GiB', undefined],
    ['512 MB', undefined],
    ['', undefined],
  ])('%j is %s MiB', (text, mebibytes) => {
    expect(memoryMiBOf(text)).toBe(mebibytes);
  });
});

describe('the table of Fargate sizes', () => {
  it('has 256 to 32768 CPU units for Linux, and 1 to 4 vCPU for Windows', () => {
    expect(fargateCpuUnits(undefined)).toEqual([256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768]);
    expect(fargateCpuUnits('WINDOWS_SERVER_2022_CORE')).toEqual([1024, 2048, 4096]);
  });

  it('has 60, 120 and 244 GB for 32 vCPU, and nothing for a number of CPU units between its rows', () => {
    expect(fargateMemory(32_768)).toEqual([61_440, 122_880, 249_856]);
    expect(fargateMemory(300)).toEqual([]);
  });

  it('has half a vCPU for Linux and not for Windows', () => {
    expect(isFargateSize(512, 1024, 'LINUX')).toBe(true);
    expect(isFargateSize(512, 1024, 'WINDOWS_SERVER_2019_FULL')).toBe(false);
    expect(isFargateSize(1024, 2048, 'WINDOWS_SERVER_2019_FULL')).toBe(true);
    expect(isFargateSize(256, 1536)).toBe(false);
  });
});
