//! Lines over an axis of powers of ten, as SVG that can be read on light and on dark paper.

use super::number;
use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 190.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;

/// Of middle brightness, and told apart by those who do not see red and green differently.
const COLOURS: [&str; 7] = ["#2f7ed8", "#e07b00", "#7a7a7a", "#00a087", "#c0508f", "#8a6fd1", "#a08000"];

/// If the largest value is so many times the smallest, the vertical axis has powers of ten as well.
const STEEP: f64 = 30.0;

/// One system's values.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) name: String,
    /// Which of the colours: the same system has the same one in all pictures.
    pub(super) colour: usize,
    /// Places on the axis, growing, with values.
    pub(super) points: Vec<(f64, f64)>,
}

/// A picture.
#[derive(Debug)]
pub(super) struct Plot {
    pub(super) title: String,
    pub(super) axis: String,
    pub(super) lines: Vec<Line>,
}

/// From values to places on paper.
struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
    /// Where the lowest and the highest value are.
    paper: (f64, f64),
}

impl Scale {
    fn place(&self, value: f64) -> f64 {
        let position = |value: f64| if self.logarithmic { value.log10() } else { value };
        let (low, high) = (position(self.low), position(self.high));
        let share = if high > low { (position(value) - low) / (high - low) } else { 0.5 };
        self.paper.0 + share * (self.paper.1 - self.paper.0)
    }

    /// The values that get a line and a number.
    fn ticks(&self) -> Vec<f64> {
        if self.logarithmic {
            let exponents = (self.low.log10().ceil() as i32)..=(self.high.log10().floor() as i32);
            return exponents.map(|exponent| 10_f64.powi(exponent)).collect();
        }
        let step = step(self.high - self.low);
        (0..)
            .map(|count| self.low + f64::from(count) * step)
            .take_while(|tick| *tick <= self.high * 1.000_1)
            .collect()
    }
}

/// A round distance that divides a range into four to ten.
fn step(range: f64) -> f64 {
    let magnitude = 10_f64.powf((range / 4.0).log10().floor());
    let fits = [5.0, 2.0, 1.0].into_iter().find(|factor| range / (factor * magnitude) >= 4.0);
    fits.unwrap_or(1.0) * magnitude
}

impl Plot {
    /// The file's text.
    pub(super) fn svg(&self) -> String {
        let (x, y) = (self.horizontal(), self.vertical());
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
             font-size=\"12\" fill=\"#808080\">\n<title>{title}</title>\n\
             <text x=\"{LEFT}\" y=\"22\" font-size=\"14\">{title}</text>\n",
            title = escaped(&self.title),
        );
        for tick in y.ticks() {
            let at = y.place(tick);
            let _ = writeln!(
                svg,
                "<path d=\"M{LEFT} {at:.1}H{:.1}\" stroke=\"#808080\" stroke-opacity=\"0.3\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                at + 4.0,
                number(tick),
            );
        }
        for place in self.places() {
            let at = x.place(place);
            let _ = writeln!(
                svg,
                "<path d=\"M{at:.1} {TOP}V{:.1}\" stroke=\"#808080\" stroke-opacity=\"0.15\"/>\
                 <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                HEIGHT - BOTTOM,
                HEIGHT - BOTTOM + 18.0,
                number(place),
            );
        }
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            f64::midpoint(LEFT, WIDTH - RIGHT),
            HEIGHT - 12.0,
            escaped(&self.axis),
        );
        self.draw_lines(&mut svg, &x, &y);
        svg.push_str("</svg>\n");
        svg
    }

    fn draw_lines(&self, svg: &mut String, x: &Scale, y: &Scale) {
        for (index, line) in self.lines.iter().enumerate() {
            let colour = COLOURS[line.colour % COLOURS.len()];
            let points: Vec<String> = line
                .points
                .iter()
                .map(|(place, value)| format!("{:.1},{:.1}", x.place(*place), y.place(*value)))
                .collect();
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
                points.join(" ")
            );
            for point in &points {
                let (cx, cy) = point.split_once(',').unwrap_or_default();
                let _ = writeln!(svg, "<circle cx=\"{cx}\" cy=\"{cy}\" r=\"3\" fill=\"{colour}\"/>");
            }
            let (left, top) = (WIDTH - RIGHT + 16.0, TOP + 8.0 + 20.0 * index as f64);
            let _ = writeln!(
                svg,
                "<path d=\"M{left} {top}h18\" stroke=\"{colour}\" stroke-width=\"3\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
                left + 24.0,
                top + 4.0,
                escaped(&line.name),
            );
        }
    }

    fn places(&self) -> Vec<f64> {
        let mut places: Vec<f64> =
            self.lines.iter().flat_map(|line| line.points.iter().map(|(place, _)| *place)).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        places
    }

    fn horizontal(&self) -> Scale {
        let places = self.places();
        let (low, high) = (places.first().copied().unwrap_or(1.0), places.last().copied().unwrap_or(1.0));
        Scale {
            low,
            high,
            logarithmic: low > 0.0 && high / low > 3.0,
            paper: (LEFT + 20.0, WIDTH - RIGHT - 20.0),
        }
    }

    fn vertical(&self) -> Scale {
        let values = || self.lines.iter().flat_map(|line| line.points.iter().map(|(_, value)| *value));
        let high = values().fold(0.0, f64::max);
        let low = values().fold(f64::INFINITY, f64::min);
        let logarithmic = low > 0.0 && high / low > STEEP;
        let paper = (HEIGHT - BOTTOM, TOP);
        if logarithmic {
            let (low, high) = (10_f64.powf(low.log10().floor()), 10_f64.powf(high.log10().ceil()));
            return Scale { low, high, logarithmic, paper };
        }
        let high = if high > 0.0 { high } else { 1.0 };
        let step = step(high);
        Scale { low: 0.0, high: (high / step).ceil() * step, logarithmic, paper }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_place() {
        let linear = Scale { low: 0.0, high: 50.0, logarithmic: false, paper: (300.0, 100.0) };
        assert!((linear.place(25.0) - 200.0).abs() < 1e-9);
        let powers = Scale { low: 1.0, high: 10_000.0, logarithmic: true, paper: (0.0, 400.0) };
        assert!((powers.place(100.0) - 200.0).abs() < 1e-9);
        assert_eq!(powers.ticks(), [1.0, 10.0, 100.0, 1000.0, 10_000.0]);
    }

    #[test]
    fn ticks_are_round() {
        for (high, wanted) in [(1.0, 0.2), (4.2, 1.0), (9.0, 2.0), (30.0, 5.0), (800.0, 200.0)] {
            assert!((step(high) - wanted).abs() < 1e-9, "{high}: {}", step(high));
        }
    }

    #[test]
    fn a_plot_has_its_lines_and_is_well_formed() {
        let line = |name: &str, factor: f64| Line {
            name: name.into(),
            colour: 0,
            points: vec![(10.0, factor), (1000.0, 2.0 * factor)],
        };
        let plot = Plot {
            title: "Rooms <&>".into(),
            axis: "members".into(),
            lines: vec![line("one", 1.0), line("two", 1.5)],
        };
        let svg = plot.svg();
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert_eq!(svg.matches("<circle").count(), 4);
        assert!(svg.contains("Rooms &lt;&amp;&gt;") && svg.contains(">members<"));
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
        // The highest value is at the top or below it, never outside.
        let y = plot.vertical();
        assert!(y.place(3.0) >= TOP && y.place(0.0) <= HEIGHT - BOTTOM);
    }

    #[test]
    fn steep_values_get_powers_of_ten() {
        let line = Line { name: "l".into(), colour: 9, points: vec![(1.0, 0.5), (10.0, 900.0)] };
        let plot = Plot { title: String::new(), axis: String::new(), lines: vec![line] };
        let y = plot.vertical();
        assert!(y.logarithmic);
        assert!((y.low - 0.1).abs() < 1e-12 && (y.high - 1000.0).abs() < 1e-9);
    }
}
