//! Where a row goes.

/// The rows with the one at `from` moved to `to`.
pub fn moved<T: Clone>(rows: &[T], from: usize, to: usize) -> Vec<T> {
    let mut rows = rows.to_vec();
    if from < rows.len() && to < rows.len() {
        let row = rows.remove(from);
        rows.insert(to, row);
    }
    rows
}

/// The same as the instance is told: the position that moves, from 1 on, and the one it comes to stand behind.
pub fn asked(from: usize, to: usize) -> (usize, usize) {
    (from + 1, if from < to { to + 1 } else { to })
}

/// The row a pointer at `y` is over, by the upper and lower edges of all rows; the nearest where it is beside them.
pub fn over(y: f64, rows: &[(f64, f64)]) -> Option<usize> {
    let last = rows.len().checked_sub(1)?;
    Some(rows.iter().position(|(_, bottom)| y < *bottom).unwrap_or(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_what_is_seen() {
        let rows = ["a", "b", "c", "d"];
        for from in 0..rows.len() {
            for to in 0..rows.len() {
                let (position, behind) = asked(from, to);
                // As the instance does it: taken out, then put behind what stood at that position.
                let mut told: Vec<&str> = rows.to_vec();
                let row = told.remove(position - 1);
                let at = if behind < position { behind } else { behind - 1 };
                told.insert(at, row);
                assert_eq!(told, moved(&rows, from, to), "{from} to {to}");
            }
        }
        assert_eq!(moved(&rows, 7, 0), rows);
    }

    #[test]
    fn a_pointer_beside_the_rows_means_the_nearest() {
        let rows = [(10.0, 20.0), (20.0, 30.0)];
        assert_eq!((over(0.0, &rows), over(25.0, &rows), over(99.0, &rows)), (Some(0), Some(1), Some(1)));
        assert_eq!(over(5.0, &[]), None);
    }
}
