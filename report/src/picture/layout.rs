//! Where the boxes of a picture stand: in columns, what is referred to left of what refers to it, and below each other within one.

use super::Picture;

/// How wide, how high, and how far apart things are, in pixels.
pub(super) const GAP: usize = 36;
const ACROSS: usize = 90;

/// How high a column may get before it is broken, unless one box alone is higher.
const MOST_HEIGHT: usize = 1_400;

/// A box with its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// The places of boxes of some sizes, and the size of all of it.
pub(super) fn places(picture: &Picture, sizes: &[(usize, usize)]) -> (Vec<Placed>, (usize, usize)) {
    let mut placed = vec![Placed::default(); sizes.len()];
    let (mut x, mut bottom) = (GAP, 0);
    for layer in layers(picture) {
        for column in broken(&layer, sizes) {
            let mut y = GAP;
            let width = column.iter().map(|place| sizes[*place].0).max().unwrap_or(0);
            for place in column {
                let height = sizes[place].1;
                placed[place] = Placed { x, y, width, height };
                y += height + GAP;
            }
            bottom = bottom.max(y);
            x += width + ACROSS;
        }
    }
    (placed, (x.saturating_sub(ACROSS) + GAP, bottom))
}

/// The boxes by how many references are between them and what refers to nothing; within a layer near what they refer to.
fn layers(picture: &Picture) -> Vec<Vec<usize>> {
    let count = picture.tables.len();
    let mut depth = vec![0usize; count];
    // A circle would deepen for ever; no way without one is longer than this.
    for _ in 0..count {
        let mut changed = false;
        for reference in picture.references.iter().filter(|reference| reference.from != reference.to) {
            let below = (depth[reference.to] + 1).min(count);
            if depth[reference.from] < below && below < count {
                depth[reference.from] = below;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    let mut depths: Vec<usize> = depth.clone();
    depths.sort_unstable();
    depths.dedup();
    let mut layers: Vec<Vec<usize>> = Vec::new();
    let mut row = vec![0usize; count];
    for own in depths {
        let mut layer: Vec<usize> = (0..count).filter(|place| depth[*place] == own).collect();
        layer.sort_by_key(|place| (mean_row(picture, *place, &row), *place));
        layer.iter().enumerate().for_each(|(at, place)| row[*place] = at);
        layers.push(layer);
    }
    layers
}

/// The middle of the rows that a box refers to, in hundredths.
fn mean_row(picture: &Picture, place: usize, row: &[usize]) -> usize {
    let targets = picture.references.iter().filter(|reference| reference.from == place);
    let rows: Vec<usize> = targets.map(|reference| row[reference.to] * 100).collect();
    rows.iter().sum::<usize>().checked_div(rows.len()).unwrap_or(0)
}

/// A layer as columns that are not too high.
fn broken(layer: &[usize], sizes: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut columns: Vec<Vec<usize>> = Vec::new();
    let mut height = 0;
    for place in layer {
        let own = sizes[*place].1 + GAP;
        match columns.last_mut().filter(|_| height + own <= MOST_HEIGHT) {
            Some(column) => column.push(*place),
            None => {
                columns.push(vec![*place]);
                height = 0;
            }
        }
        height += own;
    }
    columns
}

impl Placed {
    /// Whether two boxes share a point.
    #[cfg(test)]
    pub(super) const fn overlaps(self, other: Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }
}

#[cfg(test)]
mod tests {
    use autogen_diff_core::{Ident, QualifiedName};

    use super::super::{Mark, PictureTable, Reference};
    use super::*;

    /// A picture of so many tables, each of which refers to some by its number.
    fn picture(count: usize) -> Picture {
        let table = |number: usize| PictureTable {
            name: QualifiedName::new(None, Ident::exact(format!("t{number}"))),
            mark: Mark::Same,
            columns: Vec::new(),
            left_out: 0,
        };
        let reference =
            |from: usize, to: usize| Reference { from, to, columns: String::new(), mark: Mark::Same };
        let references =
            (0..count).flat_map(|n| [reference(n, n * 7 % count), reference(n, (n + 1) % count)]);
        Picture { tables: (0..count).map(table).collect(), references: references.collect(), left_out: 0 }
    }

    #[test]
    fn no_box_is_over_another_one() {
        for count in 1..60 {
            let sizes: Vec<(usize, usize)> =
                (0..count).map(|n| (100 + n % 5 * 40, 40 + n % 9 * 90)).collect();
            let (placed, (width, height)) = places(&picture(count), &sizes);
            for (at, one) in placed.iter().enumerate() {
                assert!(
                    one.x + one.width <= width && one.y + one.height <= height,
                    "{one:?} in {width} x {height}"
                );
                let mut others = placed.iter().skip(at + 1);
                assert!(!others.any(|other| one.overlaps(*other)), "{count}: {placed:?}");
            }
        }
    }

    #[test]
    fn what_is_referred_to_stands_left() {
        let mut chain = picture(3);
        chain.references.retain(|reference| reference.to > reference.from);
        let (placed, _) = places(&chain, &[(100, 40); 3]);
        assert!(placed[2].x < placed[1].x && placed[1].x < placed[0].x, "{placed:?}");
    }
}
