import { gzipSync } from 'node:zlib';
import { AppError } from '#shared/errors.ts';
import { takesGzip } from './encodings.ts';
import { type Answered, answerFile } from './reply.ts';

/** Lambda passes on 6 MB, in which a file's bytes stand in base64 beside the headers. */
const mostCharacters = 5.5 * 1024 * 1024;

/** A file that does not fit into an answer. */
export const fileTooLarge = (what: string): AppError =>
  new AppError('PayloadTooLarge', `${what}: ask for one wallet at a time, or read the pages as JSON`);

/**
 * Answers comma-separated values as a file to be saved, compressed for whoever takes that.
 *
 * @throws PayloadTooLarge when it is more than an answer may be
 */
export const csvFile = (status: number, name: string, text: string): Answered =>
  answerFile(status, (accepted) => {
    const isCompressed = takesGzip(accepted);
    const body = (isCompressed ? gzipSync(text) : Buffer.from(text)).toString('base64');
    if (body.length > mostCharacters) {
      const advice = isCompressed ? '' : ', less with Accept-Encoding: gzip';
      throw fileTooLarge(`The file has ${body.length} bytes, and ${mostCharacters} are the most${advice}`);
    }
    return {
      headers: {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': `attachment; filename="${name}"`,
        vary: 'Origin, Accept-Encoding',
        ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
      },
      content: { body, isBase64Encoded: true },
    };
  });
