"""Where China's provinces and larger cities lie: name, latitude and longitude to a tenth of a degree, English name.

A province stands for its capital, where most of its people are near; the longest name found in an address counts.
"""

PLACES = """
北京 39.9 116.4 Beijing|天津 39.1 117.2 Tianjin|上海 31.2 121.5 Shanghai|重庆 29.6 106.5 Chongqing
河北 38.0 114.5 Hebei|山西 37.9 112.5 Shanxi|内蒙古 40.8 111.7 Inner Mongolia|辽宁 41.8 123.4 Liaoning
吉林 43.8 125.3 Jilin|黑龙江 45.8 126.6 Heilongjiang|江苏 32.1 118.8 Jiangsu|浙江 30.3 120.2 Zhejiang
安徽 31.8 117.2 Anhui|福建 26.1 119.3 Fujian|江西 28.7 115.9 Jiangxi|山东 36.7 117.0 Shandong
河南 34.7 113.6 Henan|湖北 30.6 114.3 Hubei|湖南 28.2 113.0 Hunan|广东 23.1 113.3 Guangdong
广西 22.8 108.3 Guangxi|海南 20.0 110.3 Hainan|四川 30.6 104.1 Sichuan|贵州 26.6 106.7 Guizhou
云南 25.0 102.7 Yunnan|西藏 29.7 91.1 Tibet|陕西 34.3 108.9 Shaanxi|甘肃 36.1 103.8 Gansu
青海 36.6 101.8 Qinghai|宁夏 38.5 106.2 Ningxia|新疆 43.8 87.6 Xinjiang|台湾 25.0 121.5 Taiwan
香港 22.3 114.2 Hong Kong|澳门 22.2 113.5 Macau
石家庄 38.0 114.5 Shijiazhuang|唐山 39.6 118.2 Tangshan|秦皇岛 39.9 119.6 Qinhuangdao|邯郸 36.6 114.5 Handan
保定 38.9 115.5 Baoding|张家口 40.8 114.9 Zhangjiakou|承德 41.0 117.9 Chengde|沧州 38.3 116.8 Cangzhou
廊坊 39.5 116.7 Langfang|太原 37.9 112.5 Taiyuan|大同 40.1 113.3 Datong|临汾 36.1 111.5 Linfen
运城 35.0 111.0 Yuncheng|呼和浩特 40.8 111.7 Hohhot|包头 40.7 109.8 Baotou|赤峰 42.3 118.9 Chifeng
鄂尔多斯 39.6 109.8 Ordos|沈阳 41.8 123.4 Shenyang|大连 38.9 121.6 Dalian|鞍山 41.1 123.0 Anshan
锦州 41.1 121.1 Jinzhou|丹东 40.1 124.4 Dandong|长春 43.8 125.3 Changchun|四平 43.2 124.4 Siping
延边 42.9 129.5 Yanbian|哈尔滨 45.8 126.6 Harbin|齐齐哈尔 47.4 123.9 Qiqihar|大庆 46.6 125.1 Daqing
牡丹江 44.6 129.6 Mudanjiang|佳木斯 46.8 130.3 Jiamusi|南京 32.1 118.8 Nanjing|无锡 31.5 120.3 Wuxi
徐州 34.3 117.2 Xuzhou|常州 31.8 120.0 Changzhou|苏州 31.3 120.6 Suzhou|南通 32.0 120.9 Nantong
连云港 34.6 119.2 Lianyungang|淮安 33.6 119.0 Huai'an|盐城 33.3 120.2 Yancheng|扬州 32.4 119.4 Yangzhou
镇江 32.2 119.5 Zhenjiang|泰州 32.5 119.9 Taizhou|宿迁 34.0 118.3 Suqian|杭州 30.3 120.2 Hangzhou
宁波 29.9 121.5 Ningbo|温州 28.0 120.7 Wenzhou|嘉兴 30.8 120.8 Jiaxing|湖州 30.9 120.1 Huzhou
绍兴 30.0 120.6 Shaoxing|金华 29.1 119.6 Jinhua|义乌 29.3 120.1 Yiwu|衢州 28.9 118.9 Quzhou
舟山 30.0 122.2 Zhoushan|台州 28.7 121.4|丽水 28.5 119.9 Lishui|合肥 31.8 117.2 Hefei
芜湖 31.4 118.4 Wuhu|蚌埠 32.9 117.4 Bengbu|安庆 30.5 117.1 Anqing|黄山 29.7 118.3 Huangshan
阜阳 32.9 115.8 Fuyang|福州 26.1 119.3 Fuzhou|厦门 24.5 118.1 Xiamen|莆田 25.4 119.0 Putian
三明 26.3 117.6 Sanming|泉州 24.9 118.6 Quanzhou|漳州 24.5 117.7 Zhangzhou|南平 26.6 118.2 Nanping
龙岩 25.1 117.0 Longyan|宁德 26.7 119.5 Ningde|南昌 28.7 115.9 Nanchang|景德镇 29.3 117.2 Jingdezhen
九江 29.7 116.0 Jiujiang|赣州 25.8 114.9 Ganzhou|上饶 28.5 118.0 Shangrao|济南 36.7 117.0 Jinan
青岛 36.1 120.4 Qingdao|淄博 36.8 118.1 Zibo|烟台 37.5 121.4 Yantai|潍坊 36.7 119.2 Weifang
济宁 35.4 116.6 Jining|泰安 36.2 117.1 Tai'an|威海 37.5 122.1 Weihai|临沂 35.1 118.4 Linyi
德州 37.4 116.4 Dezhou|菏泽 35.2 115.5 Heze|郑州 34.7 113.6 Zhengzhou|开封 34.8 114.3 Kaifeng
洛阳 34.6 112.5 Luoyang|新乡 35.3 113.9 Xinxiang|许昌 34.0 113.8 Xuchang|南阳 33.0 112.5 Nanyang
商丘 34.4 115.7 Shangqiu|信阳 32.1 114.1 Xinyang|周口 33.6 114.7 Zhoukou|武汉 30.6 114.3 Wuhan
黄石 30.2 115.0 Huangshi|十堰 32.6 110.8 Shiyan|宜昌 30.7 111.3 Yichang|襄阳 32.0 112.1 Xiangyang
荆州 30.3 112.2 Jingzhou|长沙 28.2 113.0 Changsha|株洲 27.8 113.1 Zhuzhou|湘潭 27.8 112.9 Xiangtan
衡阳 26.9 112.6 Hengyang|岳阳 29.4 113.1 Yueyang|常德 29.0 111.7 Changde|张家界 29.1 110.5 Zhangjiajie
郴州 25.8 113.0 Chenzhou|广州 23.1 113.3 Guangzhou|深圳 22.5 114.1 Shenzhen|珠海 22.3 113.6 Zhuhai
汕头 23.4 116.7 Shantou|佛山 23.0 113.1 Foshan|江门 22.6 113.1 Jiangmen|湛江 21.3 110.4 Zhanjiang
茂名 21.7 110.9 Maoming|肇庆 23.0 112.5 Zhaoqing|惠州 23.1 114.4 Huizhou|梅州 24.3 116.1 Meizhou
东莞 23.0 113.8 Dongguan|中山 22.5 113.4 Zhongshan|潮州 23.7 116.6 Chaozhou|南宁 22.8 108.3 Nanning
柳州 24.3 109.4 Liuzhou|桂林 25.3 110.3 Guilin|北海 21.5 109.1 Beihai|海口 20.0 110.3 Haikou
三亚 18.3 109.5 Sanya|成都 30.6 104.1 Chengdu|自贡 29.3 104.8 Zigong|泸州 28.9 105.4 Luzhou
德阳 31.1 104.4 Deyang|绵阳 31.5 104.7 Mianyang|南充 30.8 106.1 Nanchong|宜宾 28.8 104.6 Yibin
乐山 29.6 103.8 Leshan|贵阳 26.6 106.7 Guiyang|遵义 27.7 106.9 Zunyi|昆明 25.0 102.7 Kunming
曲靖 25.5 103.8 Qujing|大理 25.6 100.2 Dali|丽江 26.9 100.2 Lijiang|拉萨 29.7 91.1 Lhasa
西安 34.3 108.9 Xi'an|宝鸡 34.4 107.2 Baoji|咸阳 34.3 108.7 Xianyang|汉中 33.1 107.0 Hanzhong
榆林 38.3 109.7 Yulin|兰州 36.1 103.8 Lanzhou|天水 34.6 105.7 Tianshui|酒泉 39.7 98.5 Jiuquan
西宁 36.6 101.8 Xining|银川 38.5 106.2 Yinchuan|乌鲁木齐 43.8 87.6 Urumqi|喀什 39.5 76.0 Kashgar
伊犁 43.9 81.3 Ili|台北 25.0 121.5 Taipei|高雄 22.6 120.3 Kaohsiung
"""
