/** A photograph made small enough to be sent: phones take far larger ones than a face needs. */

const longestSide = 1280;

/** `picture` is a JPEG in base64. Throws a sentence where the file is no picture the browser can read. */
export async function shrinkPhoto(file: File): Promise<{ picture: string; url: string }> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error('This file is no picture that can be read: choose a JPEG or PNG.');
  });
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const url = canvas.toDataURL('image/jpeg', 0.9);
  return { picture: url.slice(url.indexOf(',') + 1), url };
}
