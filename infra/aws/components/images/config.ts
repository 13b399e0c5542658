import { defineSection } from '@ml-platform/conventions';
import { z } from 'zod';

export const imagesConfig = defineSection({
  schema: z.strictObject({
    keptImages: z.int().min(2).max(1000).describe('How many of the newest images of each repository are kept'),
    untaggedDays: z.int().min(1).max(365).describe('Days for which an image without a tag is kept'),
    pullers: z
      .array(z.string().regex(/^\d{12}$/, 'the twelve digits of an AWS account, in quotes'))
      .describe('Other accounts that may pull the images: where staging and prod run what dev has built'),
  }),
  defaults: {
    dev: { keptImages: 10, untaggedDays: 1, pullers: [] },
    preview: { keptImages: 2, untaggedDays: 1, pullers: [] },
    staging: { keptImages: 30, untaggedDays: 7, pullers: [] },
    prod: { keptImages: 100, untaggedDays: 14, pullers: [] },
  },
});
