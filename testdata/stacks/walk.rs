// As walk.c, with what Rust has: traits, generics, closures, modules.

/// The one of the standard library is younger than the compiler that Debian has.
#[inline(always)]
fn black_box<T>(value: T) -> T {
    unsafe {
        let read = std::ptr::read_volatile(&value);
        std::mem::forget(value);
        read
    }
}

pub struct State(u32);
impl State {
    #[inline(always)]
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1103515245).wrapping_add(12345);
        self.0 >> 16
    }
}

#[no_mangle]
#[inline(never)]
pub extern "C" fn leave(n: i32) -> i32 {
    black_box(n)
}
#[no_mangle]
#[inline(never)]
pub extern "C" fn tick(n: i32) -> i32 {
    leave(n) + 1
}

mod shapes {
    use super::*;
    pub trait Walk {
        fn walk(&self, state: &mut State, depth: i32) -> i32;
    }
    pub struct Left<T>(pub T);
    pub struct Right;

    #[inline(always)]
    fn small<W: Walk>(walker: &W, state: &mut State, depth: i32) -> i32 {
        if state.next() % 5 == 0 { tick(depth) + 1 } else { walker.walk(state, depth - 1) + 2 }
    }

    impl<T: Copy + Into<i64>> Walk for Left<T> {
        #[inline(never)]
        fn walk(&self, state: &mut State, depth: i32) -> i32 {
            if depth <= 0 {
                return tick(depth) + self.0.into() as i32;
            }
            let step = |state: &mut State, n: i32| Right.walk(state, n - 1) + 1;
            match state.next() % 3 {
                0 => small(self, state, depth) + 1,
                1 => small(&Right, state, depth) + 2,
                _ => black_box(step)(state, depth) + 3,
            }
        }
    }
    impl Walk for Right {
        #[inline(never)]
        fn walk(&self, state: &mut State, depth: i32) -> i32 {
            if depth <= 0 {
                return tick(depth) + 1;
            }
            if state.next() % 2 == 0 { Left(3u32).walk(state, depth - 1) + 1 } else { small(&Left(4u8), state, depth) + 2 }
        }
    }
}

fn main() {
    use shapes::Walk;
    let mut state = State(777);
    for _ in 0..200 {
        let depth = (state.next() % 12) as i32;
        black_box(shapes::Right.walk(&mut state, depth));
    }
}
