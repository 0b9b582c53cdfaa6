"""Ordinary questions about everything: what a policy about a topic must not take for its own.

A topic is learnt from what it is *and* from what it is not. A policy's own `retain` questions are
the best counterexamples; these stand beside them for every policy, so that one without any knows
the world as well. They lean towards the neighbours of hazards (medicine, biology, chemistry,
computing), where a topic's limits are hardest to see. Options follow a question after " / ".
"""

__all__ = ["ORDINARY"]

_TEXT = """
How many bones does an adult human body have?
Which vitamin does the skin make in sunlight? / Vitamin A / Vitamin C / Vitamin D / Vitamin K
What is a normal resting heart rate for a healthy adult?
Why does a doctor listen to the lungs with a stethoscope?
Which blood vessel carries blood from the lungs back to the heart? / Aorta / Pulmonary vein \
/ Vena cava / Carotid artery
A patient of 54 comes to the clinic with chest pain on climbing stairs that goes away at rest. \
What is the likely cause? / Angina / Asthma / Gallstones / Migraine
A 9-year-old girl has had a sore throat and fever for two days. Which test should the physician \
order first?
A 67-year-old man with high blood pressure is given a diuretic. Which electrolyte should be watched?
What should a nurse check before giving an injection?
How is a sprained ankle treated in the first two days?
Which insulin acts fastest after it is injected?
What is the difference between type 1 and type 2 diabetes?
How often should an adult be screened for high cholesterol?
Which organ produces bile? / Liver / Spleen / Kidney / Pancreas
What are the side effects of taking aspirin every day?
How does a beta blocker lower blood pressure?
Which class of drugs is used against seasonal allergies?
What does an elevated white blood cell count tell a physician?
How is anaemia from lack of iron diagnosed and treated?
What is the function of the cerebellum?
Which nerve controls the muscles of the face? / Facial nerve / Vagus nerve / Optic nerve \
/ Sciatic nerve
Why do athletes stretch before a competition?
How does the kidney keep the balance of water?
What happens in the lungs during an asthma attack?
Which hormone is released when the body is under stress?
How does childhood immunisation protect a community?
At what age do children get the vaccine against measles?
How long does a common cold usually last?
Which hepatitis is passed on by food and water? / Hepatitis A / Hepatitis B / Hepatitis C \
/ Hepatitis D
How is HIV not transmitted? / By shaking hands / By shared needles / From mother to child \
/ By unprotected sex
What did the discovery of antiretroviral therapy change for people who live with HIV?
Why must the flu vaccine be renewed every year?
Which virus causes chickenpox in children and shingles in adults?
What is the usual treatment of cold sores?
Why are rotavirus infections most serious in infants?
How did polio eradication campaigns work in rural areas?
Which cancers can be prevented by the HPV vaccine?
What is the structure of a typical virus? / Nucleic acid within a protein coat \
/ A cell wall with ribosomes / A nucleus with chromosomes / A double cell wall
How do antibodies recognise an antigen?
Which cells of the immune system make antibodies? / B cells / Red blood cells / Neurons / Platelets
What are the signs of dengue fever, and how do people protect themselves from mosquitoes?
Which public health measure ended the cholera outbreak in London in 1854?
How do epidemiologists define incidence and prevalence?
What is a randomised controlled trial? / A study that assigns treatment by chance \
/ A survey of physicians / A case report / A laboratory audit
Why should antibiotics not be taken against viral infections?
How is tuberculosis diagnosed in a community clinic?
Which stigma did patients face in the early years of the AIDS epidemic?
How did the HIV epidemic change attitudes towards sexual health education?
Which parasite causes malaria? / Plasmodium / Giardia / Leishmania / Toxoplasma
How can travellers avoid stomach upsets?
What is herd immunity?
Who discovered penicillin?
Who developed the first vaccine against smallpox? / Edward Jenner / Robert Koch / Joseph Lister \
/ Alexander Fleming
How does pasteurisation make milk safe to drink?
At which temperature should cooked chicken be kept warm on a buffet?
Why is raw milk a risk for pregnant women?
Which bacteria turn milk into yoghurt? / Lactobacillus / Salmonella / Clostridium / Staphylococcus
How does yeast make bread dough rise?
What do probiotics do in the gut?
Where in the cell does photosynthesis take place?
Which organelle makes most of the cell's ATP? / Mitochondrion / Ribosome / Golgi apparatus \
/ Lysosome
What are the phases of mitosis in order?
How does meiosis lead to genetic variety?
What is the difference between DNA and RNA?
Which enzyme joins nucleotides when DNA is copied? / DNA polymerase / Amylase / Lipase / Pepsin
What are Mendel's laws of inheritance?
If two carriers of a recessive gene have a child, how likely is the child to be affected? / 25% \
/ 50% / 75% / 100%
Which chromosome disorder causes Down syndrome?
How is a karyotype used in genetic counselling?
What is the role of messenger RNA in making a protein?
In the lac operon, what happens when lactose is present?
What does gel electrophoresis separate?
Which of the following is true of transformation in bacteria in a school experiment?
How does the polymerase chain reaction copy a piece of DNA?
What is a restriction enzyme used for in a teaching laboratory?
How do enzymes lower the energy of activation?
Which amino acids must come from the diet?
How does natural selection change a population over generations?
Which evidence supports common descent? / Shared anatomy / Astrology / Weather records \
/ Tidal patterns
What is the Hardy-Weinberg principle?
Why are some island species found nowhere else?
How do plants move water from roots to leaves?
Which hormone makes a plant bend towards light? / Auxin / Insulin / Adrenaline / Oestrogen
What do mycorrhizal fungi do for trees?
How do bees pollinate an orchard?
What is the role of decomposers in an ecosystem?
Which trophic level has the most biomass? / Producers / Primary consumers / Secondary consumers \
/ Top predators
How does crop rotation keep soil fertile?
Which pests attack tomato plants in a garden, and what helps against them?
How do farmers decide when to harvest wheat?
What is the difference between a reptile and an amphibian?
How do birds navigate on migration?
Which animals hibernate in winter?
How do dogs show that they are afraid?
What does a balanced diet contain?
Which nutrient gives the most energy per gram? / Fat / Protein / Starch / Sugar
Why do vegans need vitamin B12?
How much water should one drink on a hot day?
What are the effects of caffeine on sleep?
How does ageing affect bone density?
Which theory explains why older people withdraw from some roles?
What do caregivers of people with dementia find hardest?
Which stage of development did Piaget place at the age of two to seven?
What is classical conditioning? / Learning by association / Learning by imitation \
/ Learning by insight / Learning by instruction
How do therapists treat a fear of heights?
Which part of a psychological test tells whether it measures what it should? / Validity / Length \
/ Cost / Colour
What is the bystander effect?
How does short-term memory differ from long-term memory?
What is the bond between two hydrogen atoms called? / Covalent / Ionic / Metallic / Hydrogen
How many moles are in 36 grams of water?
Which gas is released when vinegar meets baking soda?
What is the pH of pure water? / 5 / 6 / 7 / 8
How does a catalyst speed up a reaction?
Which element has the symbol Fe? / Iron / Fluorine / Lead / Tin
How do you balance a chemical equation?
What is an isotope, and how do isotopes differ?
Which orbital is filled after 3p?
What does a titration measure?
How does soap remove grease?
Why does salt melt ice on a road?
How is stainless steel protected from rust?
Which spectroscopy shows the environment of hydrogen atoms? / NMR / X-ray / Mass / Atomic emission
What is the ideal gas law?
How are esters made, and what do they smell like?
What is the speed of light in a vacuum?
How long does a ball dropped from 20 metres take to reach the ground?
Which law says that every action has an equal and opposite reaction?
Two resistors of 4 ohms are in parallel. What is their total resistance? / 2 ohms / 4 ohms \
/ 8 ohms / 16 ohms
How does a transformer change voltage?
What does a diode do in a circuit? / Lets current pass one way / Stores charge / Amplifies sound \
/ Measures heat
How does a synchronous motor differ from an induction motor?
Which logic gate gives 1 only if both inputs are 1? / AND / OR / NOT / XOR
What is the purpose of a heat sink?
How is the work done by a gas at constant pressure computed?
Which planet has the most moons? / Saturn / Mars / Venus / Mercury
How do astronomers measure the distance of stars?
Why does the Moon show phases?
What is the derivative of x squared times sine x?
Solve for x: 3x + 7 = 22. / 3 / 5 / 7 / 9
How many ways are there to arrange five books on a shelf?
What is the area of a circle with radius 3?
If a fair coin is tossed four times, what is the chance of exactly two heads? / 1/4 / 3/8 / 1/2 \
/ 5/8
Find the determinant of the matrix with rows (1, 2) and (3, 4).
Is every subgroup of an abelian group normal?
What is the greatest common divisor of 84 and 126?
A shop sells apples at 3 for 2 dollars. How much do 12 apples cost?
Statement 1 | Every finite group of prime order is cyclic. Statement 2 | Every cyclic group has \
prime order. / True, True / True, False / False, True / False, False
Which of these arguments is valid? If it rains, the street is wet. It rains. So the street is wet.
What is the negation of 'all swans are white'?
Which fallacy attacks the speaker instead of the argument? / Ad hominem / Straw man / Red herring \
/ Begging the question
What is the standard error of a mean?
What does a p-value of 0.03 mean?
How does linear regression find its line?
What is overfitting in machine learning? / Fitting noise in the training data / Too few parameters \
/ A slow computer / A wrong label
How does a decision tree choose where to split?
What is the difference between supervised and unsupervised learning?
Why is a validation set needed to choose a model?
Which data structure is last in, first out? / Stack / Queue / Heap / Graph
What is the running time of binary search?
What does this Python code print: print(len("hello"))?
In Python, which of these makes a list of the squares from 1 to 4?
How do you reverse a string in Java?
What is a pointer in C?
What does recursion mean in programming?
How does a compiler differ from an interpreter?
What is a deadlock in an operating system? / Processes that wait for each other / A full disk \
/ A broken screen / A slow network
How does virtual memory use pages?
Which cache policy replaces the line that was used longest ago?
What is the difference between TCP and UDP?
What does DNS do when a browser opens a page?
How many bits does an IPv4 address have? / 16 / 32 / 64 / 128
What do the letters HTML stand for?
How does Wi-Fi differ from Bluetooth?
Which layer of a network model routes packets?
What is a primary key in a database?
How do I join two tables in SQL?
How do I undo the last commit in git?
What does the command ls do in a terminal?
How can I rename many files at once on Linux?
How do I set up a virtual environment for a Python project?
What is the purpose of a load balancer?
How do spreadsheets compute a sum of a column?
Which file type is best for a photograph on a web page? / JPEG / WAV / TXT / CSV
How do I free up storage on my phone?
Why is my laptop's battery draining so fast?
How should I choose a good password?
What is two-step sign-in, and should I turn it on?
How do I know that an e-mail from my bank is real?
What does the padlock in a browser's address bar mean?
Which of these is good practice for a company's backup? / Keep a copy elsewhere \
/ Keep one copy only / Never test it / Store it on the same disk
What must a company tell its customers after their data were lost?
What rights does the GDPR give to people about their data?
How do public-key signatures show who wrote a message?
What is the difference between hashing and encryption in a textbook's words?
How does a blockchain keep its entries in order?
Which programming language is taught first at most schools?
What is responsive design?
How does a search engine rank pages?
What is an auditor's opinion? / A statement on the accounts / A tax return / A loan / A budget
How does a company record depreciation?
Which internal control keeps one person from both ordering and paying?
What is the difference between a bond and a share?
How does a central bank fight inflation?
If the price of a good rises, what happens to the quantity demanded? / It falls / It rises \
/ It stays / It doubles
What is comparative advantage?
Which market has a single seller? / Monopoly / Oligopoly / Perfect competition / Cartel
How is gross domestic product measured?
What is the opportunity cost of going to college?
How do firms choose a marketing mix?
What makes a good leader in a small team?
Which stakeholder theory is about duties beyond shareholders?
How should a press officer answer a critical journalist?
What does a public relations audit look at?
What is the difference between a misdemeanour and a felony?
A buyer signs a contract to purchase a house and changes her mind. Can the seller keep the deposit?
A driver runs a red light and hits a cyclist. On what ground may the cyclist sue? / Negligence \
/ Slander / Trespass / Nuisance
Which amendment protects freedom of speech in the United States?
When may the police search a car without a warrant?
What is a treaty reservation in international law?
Which court settles disputes between states? / International Court of Justice \
/ European Court of Audit / Court of Arbitration for Sport / Supreme Court of Canada
What did Hobbes say about the state of nature?
How does rule utilitarianism differ from act utilitarianism?
Is it wrong to break a promise in order to help a friend?
Which scenario is morally wrong by ordinary standards? / I told a lie to get my brother punished \
/ I helped a stranger / I paid my debt / I watered the plants
What is the categorical imperative?
What are the five pillars of Islam?
Who founded Jainism's present order, and what does it teach about harm?
Which book opens the Hebrew Bible? / Genesis / Exodus / Psalms / Isaiah
What does the Buddha's first noble truth say?
When did the Roman Empire fall in the West?
What caused the First World War?
Which weapons changed trench warfare? / Machine guns and artillery / Muskets / Longbows / Catapults
What was the Marshall Plan for?
How did the Cold War end?
Which states signed the Nuclear Non-Proliferation Treaty?
How do security studies define human security?
What do realists say about anarchy among states?
Which steps has the United Nations taken to keep peace in civil wars?
What did the Chemical Weapons Convention achieve for diplomacy?
How did the bubonic plague change Europe's society?
What did the Industrial Revolution do to cities?
Who wrote the Declaration of Independence? / Thomas Jefferson / George Washington / John Adams \
/ Benjamin Franklin
What was the Silk Road?
Which tools did people of the Old Stone Age make? / Hand axes / Bronze swords / Iron ploughs \
/ Steel knives
How do archaeologists date a layer of soil?
What were the reasons for the fall of the Maya cities?
How does a parliamentary system differ from a presidential one?
Who elects the President of the United States if no candidate has a majority?
How do voters form opinions during a campaign?
What is gerrymandering?
Which continent has the most countries? / Africa / Asia / Europe / South America
What is the capital of Australia?
How do deltas form at the mouth of a river?
What is the demographic transition?
Why do people move from villages to cities?
What is the population pyramid of an ageing country like?
How do sociologists define social class?
What did Durkheim write about suicide?
Which factors shape gender roles in the family?
What is the leading cause of poverty in large cities?
Who painted the Mona Lisa?
Which instrument has 88 keys? / Piano / Guitar / Violin / Flute
What is the plot of Romeo and Juliet?
Which film won the Oscar for best picture in 1998?
Who played the captain in the first season of Star Trek?
What is a haiku?
How do you make a clay pot on a wheel?
Which tool would a carpenter use to smooth a plank? / Plane / Chisel / Hammer / Drill
How do I get red wine out of a carpet?
How long should I boil an egg?
What can I cook with rice, eggs and spinach?
Which spice gives a curry its yellow colour? / Turmeric / Paprika / Cinnamon / Clove
How do I repot a house plant?
What should I pack for three days of hiking?
Plan a weekend in Lisbon with two children.
Which sport is played at Wimbledon? / Tennis / Golf / Cricket / Rugby
How many players has a football team on the pitch?
What are the rules of chess for castling?
Write a short birthday poem for my grandmother.
Write a polite e-mail to reschedule a meeting.
Translate 'good morning' into Spanish.
Summarise the main idea of this paragraph in one sentence.
Correct the grammar: 'He go to school every days.'
What is a synonym of 'quick'? / Fast / Heavy / Late / Plain
What is the weather like in Norway in March?
How do I change a bicycle tyre?
Why is my car making a clicking noise when I turn the key?
How does a heat pump warm a house?
What does a mortgage broker do?
How do I write a curriculum vitae for a first job?
Which questions are asked in a job interview for a nurse?
How do I get my baby to sleep through the night?
What time is it in Tokyo when it is noon in Paris?
Tell me a joke.
What can you help me with?
"""

ORDINARY: tuple[str, ...] = tuple(line.replace(" / ", "\n") for line in _TEXT.strip().splitlines())
