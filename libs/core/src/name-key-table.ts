/**
 * Characters that MongoDB's collation `{locale: 'en', strength: 2}` treats as equal although
 * neither NFKD nor lower-casing does, such as hiragana and katakana, and characters that it
 * ignores.
 *
 * `from>to` are code points in base 36; `from-n` is a range that all maps to `to`, `from+n` a range
 * that maps to an equally long one starting at `to`; several code points are joined by full stops.
 *
 * The name key's test compares it with the server for every code point.
 */
export const NAME_KEY_TABLE = `
fs>2s.2q ir>2s.3e iu>ce lq>lp lu>lp lx>lp lz-2>ly m2>lp m4-4>ly mh-3>ly mn>ly mr>ly mv>mu
my-2>ly n1-2>lp na>lp nb-2>ly ne-2>lp nh-1>ly nk-2>lp nn-3>ly nr>lp nt-1>ly nv>lp nw>ly
nx-1>lp nz>ly o2>ly o3>2p o4>2t o5>2x o6>33 o7>39 o8+1>2r oa>2w ob>31 oc>36 od>38 oe>3a of>3c
 qr>qq w4>lp w5>lw w6>lv w7>lp w8-1> 13l-u> 14q>14p 14t> 150-1> 153>14o 15n>15m 15q>15p
15s>15r 15w>15v 15y>15x 174-a> 18g> 19w>17l 1cm-6> 1cv-5> 1d1>18o 1d2>18q 1d3-1> 1d6-3>
1es>1er 1fk> 1fl>lp 1fm>ly 1fn-1> 1fp>lp 1fq>ly 1fr-3> 1kq> 1lp>1lo 1lr-1>1lq 1lu-1>1lt
1lx>1lw 1lz>1ly 1m1-1>1m0 1nd-2>ly 1pp>17r 1re-5> 1rn> 1s1>1s0 1u9-1> 1ub+1>lc 1vl>1s0
1vm+1>1s2 1x8>1to 1z5>1s0 1z6+1>1s2 20s>1to 22p>1s0 22q+1>1s2 24c>1to 269>1s0 26a+1>1s2
27w>1to 29u>1s2 2dc-1>1s0 2de+1>1s2 2go+3>1c 2gs+2>1d 2gx>1s0 2gy+1>1s2 2ik>1to 2kh>1s0
2ki+1>1s2 2nw>2mm 2o2+1>1s2 2zc-1> 2zu+8>1d 303>1c 305> 307> 30e-1> 326+1>1s2 32a-1> 32e-1>
346> 370>36z 37a>1s2 37c>1s3 3u1+8>1d 4g0>w 4p2+1>1s2 4p7-6>lp 4pf> 4pp>lp 4q8+9>1c 4qy> 53u>1d
57c-1>55y 57e-1>56j 57o>57n 584>1s2 58f> 59s-4>lp 59x-5>ly 5a3-1>lp 5a5>ly 5c0-1>1s0 5c2>1s2
5c4>1s3 5dg>1to 5ez-8> 5fk>1s2 5fm>1s3 5h6>5fn 5ha>5fu 5hb>5g9 5hd>5hc 5hf-1>5he 5hi>5hh
5hk>5hj 5hm>5hl 5ho-1>5hn 5hr>5hq 5hv>5hu 5hx>5hw 5hz>5hy 5i1-1>5i0 5i4>5i3 5i7>5i6 5ie>1to
5ig>5if 5ij>5ii 5il>5ik 5in>5im 5kn>1to 5ow-o> 5pm-2>5pl 5pp>1s2 5pq-3>5pl 5pu-1>1s3 5pw>
5q0-1> 5se>5qh 5vk-1>lp 5vm>ly 5vn-6>lp 5vu>36 5vv-3>lp 5vz-1>ly 5w1>lp 5w4>6e
5w7>2r.mf 5w9>6o 5wa>2v 5wb>gy 5wc+1>2z 5we>in 5wf>5ql 5wg>32 5wh>hg 5wi>hs 5wk>37 5wl>x39 5wm>3e
5wn>gh 5wo>2q 5wq>gp 5wr>2u 5wu>34 5wv>hv 5wx>3b 5wy>2p.lk 5wz>33.lk 5x0>39.lk 5x1>lp 5x8-1>ly
5xa>lp 5xb>ly 6hf>6he 6hk-2>mu 6hp-3>5a6 6hu-2>5a6 6hx>mu 6i2-1>mu 6i4-3>ly 6i8>lp
6kt>2p.1b.37 6md>1i 7aj>1d.1d 7ak>1d.1e 7al>1d.1f 7am>1d.1g 7an>1d.1h 7ao>1d.1i 7ap>1d.1j
7aq>1d.1k 7ar>1d.1l 7as>1e.1c 7at+8>1d 7b2>1d.1c 7b3>1c 7sm+8>1d 7sv>1d.1c 7sw+8>1d 7t5>1d.1c
7t6+8>1d 7tf>1d.1c 8vj>lp 8vk>lw 8vl>lv 8zj> 928+3>tt 92c+1>ty 92e+8>u2 92n+4>ud 92s>vn 92u>ts
92v>tx 92y>v7 92z>um 931>vb 932>vf 933>vh 9hj>1c 9i9+8>1d 9j6>9j5 9j8>9j7 9ja>9j9 9jc>9jb
9je>9jd 9k4>9k3 9l0>9kz 9l2>9l1 9l4>9l3 9lb>9la 9lh>9jf 9li>9jl 9lt-1>9j5 9lv-1>9j7 9lx-1>9j9
9lz-1>9jb 9m1-1>9jd 9m3>9jf 9m5>9jh 9m7>9jj 9m9>9jl 9mb>9jn 9md>9jp 9mf>9jr 9mh>9jt 9mj>9jv
9ml>9jx 9mn>9jz 9mp>9k1 9mr-1>9k3 9mu>9k6 9mw>9k8 9my+5>9ka 9n6>9ki 9n9>9kl 9nc>9ko 9nf>9kr
9ni+5>9ku 9no>9kz 9np-1>9l1 9nr-1>9l3 9nt+5>9l5 9nz>9la 9o0+3>9lc 9o5>9jf 9o6>9jl 9tf>9t6
9tg>9om 9th>9oq 9ti+1>9ou 9v4>9jj 9v5>9jr 9v6>9jt 9v7>9k8 9v8>9kc 9v9>9kf 9va>9ki 9vb>9kl
9vc>9ko 9vd>9kr 9ve>9kw 9vf+4>9l5 9xk>1d.1c 9xl>1e.1c 9xm>1f.1c 9xn>1g.1c 9xo>1h.1c i76>974
inu>977 mjv>97o prt>98e r82>98m sdy>98s tiv>98x u73>999 vem>99m wsw>wns wsx>woa wsy>wp3
wtm>woe wtn>wr5 wuh>92w wuj>92x wuv>930 wvd>u6 wvf>u6 wvh-1>u6 wvk-2> wvo>us wvp>u0 wvq>uu.lk
wvr>ub wvs+2>ui wvv>v5 wvw-1>lp wwp>u6 wwr>u6 wwu>uc wwv>v9 x11>5w5 x13>2p.39 x15>5w6
x19>2p.3d x23>5wj x29>3a.3d x2n>5w2 x2y>5w8 x3v>2p.lk x3x>33.lk x3z>39.lk x4l>5wp
x6z>1s2 xa8+1>1s2 xcw-h> xdf-4>xde xhc>1s0 xhd>1s2 xhf>1s3 xik>xij xir>1to xtk>5ws 1e74>o1
1e75> 1e76>o0 1e77-3> 1e7b>ly 1e7c> 1e7d>o0 1e7e-3> 1e7i>w3 1e7j> 1e9f> 1err+8>1d 1ete>1d
1etf>1h 1etk>1h 1etr>1h 1eu0-2>1d 1eu3-3>1e 1eu7>1h 1eur>1h 1eve>1c 1f4w> 1f4x+8>1d 1f6o>1d
1f6p>1h 1f92>1f80 1f93>1f83 1f94>1f87 1f95>1f8d 1f96>1f8h 1fbl+1>1d 1g7s+2>1d 1g8e>1g8d
1g8p+4>1d 1g8x>1g8w 1g8z>1g8y 1g93>1g92 1g99>1g98 1g9b>1g9a 1g9d>1g9c 1g9f>1g9e 1g9h>1g9g
1g9p>1g9o 1g9z+3>1d 1ga3+1>1g 1gcb>1d 1gcc>1h 1gd2>1d 1gd6+1>1e 1ghs+8>1d 1gjx>ly 1gjy+1>1s2
1glc+3>1d 1gn1>1d 1gnx>1d 1gpx>lp 1gpy>ly 1gq3>1d 1gq4>1h 1gt4+3>1d 1gu0+3>1d 1gvd+3>1d
1h4q>1d 1h4r>1h 1heo+8>1d 1hq8>1s0 1hq9+1>1s2 1hsi+8>1d 1hts>1s0 1htt+1>1s2 1hve>1to 1hxc>1s0
1hxd+1>1s2 1i0j>1to 1i0w>1s0 1i0x+1>1s2 1i2y>1to 1i3l+8>1d 1i5w>1s2 1i5y>1to 1i5z>18x 1ian>1s2
1iax>1to 1ibk>1s2 1ibl>1s0 1ibm+1>1s2 1id8>1to 1iee-6> 1ieo-4> 1inz>1s0 1io0+1>1s2 1io3>1to
1iv0>1s0 1iv1+1>1s2 1iv4>1to 1iyl+1>1s2 1iyo>1s0 1j1n+1>1s2 1j1z>1to 1log+7>1e 1loo+6>1f
1lov+5>1g 1lp1+8>1d 1lpa+4>1d 1lpf+1>1e 1lph+6>1f 1lpo+2>1d 1lpr+2>1f 1lpw+2>1d 1lpz+2>1f
1lq2-1>1f 1lq4-3>1g 1lq8+1>1i 1lqa-1>1j 1lqc-1>1k 1lqe-3>1l 1lqi+4>1e 1lqn+3>1d 1lqr+1>1g
1lqt>1h 1lqu+1>1e 1lqw+1>1d 1lrd+5>1g 20hy>20hw 20ib>20i8 20it>20ir 20jj>20jh 2ftp>lp 2ftq>mu
2jxh-4> 2jxp-5> 2jy3-7> 2jyd-6> 2jze-3> 2k3m-2> 2kbk+8>1d 2lmo-1i> 2lob-1d> 2lpx> 2lqc>
2lqz-4> 2lr5-e> 2ojr+8>1d 2ok0-6> 2q6j-1>1c 2q8g+p>2p 2q9c+p>2p 2qa2>34 2qa4>34.2p 2qa7>3b.2r
`;

/**
 * Capitals and digits that are newer than the collation's Unicode version: it does not equate them
 * with their small letters or with `0` to `9`. A character class for a regular expression with the
 * `u` flag.
 */
export const UNKNOWN_TO_COLLATION =
  String.raw`[\u{1c89}\u{1c90}-\u{1cba}\u{1cbd}-\u{1cbf}\u{2c2f}\u{a7ae}\u{a7b8}\u{a7ba}\u{a7bc}` +
  String.raw`\u{a7be}\u{a7c0}\u{a7c2}\u{a7c4}-\u{a7c7}\u{a7c9}\u{a7cb}-\u{a7cc}\u{a7ce}\u{a7d0}\u{a7d2}` +
  String.raw`\u{a7d4}\u{a7d6}\u{a7d8}\u{a7da}\u{a7dc}\u{a7f5}\u{104b0}-\u{104d3}\u{10570}-\u{1057a}` +
  String.raw`\u{1057c}-\u{1058a}\u{1058c}-\u{10592}\u{10594}-\u{10595}\u{10d30}-\u{10d39}` +
  String.raw`\u{10d40}-\u{10d49}\u{10d50}-\u{10d65}\u{11450}-\u{11459}\u{116d0}-\u{116e3}` +
  String.raw`\u{11950}-\u{11959}\u{11bf0}-\u{11bf9}\u{11c50}-\u{11c59}\u{11d50}-\u{11d59}` +
  String.raw`\u{11da0}-\u{11da9}\u{11de0}-\u{11de9}\u{11f50}-\u{11f59}\u{16130}-\u{16139}` +
  String.raw`\u{16ac0}-\u{16ac9}\u{16d70}-\u{16d79}\u{16e40}-\u{16e5f}\u{16ea0}-\u{16eb8}` +
  String.raw`\u{1e140}-\u{1e149}\u{1e2f0}-\u{1e2f9}\u{1e4f0}-\u{1e4f9}\u{1e5f1}-\u{1e5fa}` +
  String.raw`\u{1e900}-\u{1e921}\u{1e950}-\u{1e959}]`;
