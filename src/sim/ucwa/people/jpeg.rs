//! A tiny encoder of JPEG images of a single shade.

/// The Huffman table of the first coefficients: category 0 is `0`, category 7 is `10`.
const FIRST: [u8; 2] = [0, 7];
/// The Huffman table of the other coefficients: the end of the block is `0`.
const OTHERS: [u8; 1] = [0];

/// Returns a baseline JPEG image of a light grey that depends on `seed`.
pub fn grey(height: u16, width: u16, seed: u32) -> Vec<u8> {
    let mut image = vec![0xff, 0xd8];
    segment(&mut image, 0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    // A quantization of 8 makes the first coefficient of a block the difference of its shade from 128.
    let mut quantization = vec![0];
    quantization.resize(65, 8);
    segment(&mut image, 0xdb, &quantization);
    let ([h1, h2], [w1, w2]) = (height.to_be_bytes(), width.to_be_bytes());
    segment(&mut image, 0xc0, &[8, h1, h2, w1, w2, 1, 1, 0x11, 0]);
    segment(&mut image, 0xc4, &huffman_table(0x00, &FIRST));
    segment(&mut image, 0xc4, &huffman_table(0x10, &OTHERS));
    segment(&mut image, 0xda, &[1, 1, 0, 0, 63, 0]);
    image.extend(scan(usize::from(height.div_ceil(8)) * usize::from(width.div_ceil(8)), seed));
    image.extend([0xff, 0xd9]);
    image
}

/// Appends a segment with its marker and its length.
fn segment(image: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    image.extend([0xff, marker]);
    image.extend(length.to_be_bytes());
    image.extend(content);
}

/// Returns a Huffman table whose codes are one bit longer each.
fn huffman_table(class: u8, symbols: &[u8]) -> Vec<u8> {
    let lengths = (0..16).map(|length| u8::from(length < symbols.len()));
    std::iter::once(class).chain(lengths).chain(symbols.iter().copied()).collect()
}

/// Returns the compressed blocks: the first has the shade, and the others do not differ from it.
fn scan(blocks: usize, seed: u32) -> Vec<u8> {
    let shade = 64 + seed % 64;
    let first = [true, false].into_iter().chain((0..7).rev().map(|bit| shade >> bit & 1 == 1)).chain([false]);
    let mut bits: Vec<bool> = first.chain(std::iter::repeat_n(false, 2 * blocks.saturating_sub(1))).collect();
    bits.resize(bits.len().next_multiple_of(8), true);
    let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    // A byte of ones would be taken for a marker without the zero that follows it.
    bits.chunks(8).map(byte).flat_map(|byte| [Some(byte), (byte == 0xff).then_some(0)]).flatten().collect()
}
